/** What lies in the phone's database: the rows of each table, and the indexes that queries go by. */
import type { DBSchema } from 'idb';
import type { Edit } from '../photos/edit';
import type { Steps } from '../photos/steps';
import type { Conflict, Kind, Observation, Photo } from './records';

export type Fields = Record<string, unknown>;

/** One synced record as it lies on the phone: what the server knows (`base`) under what is pending. */
export interface Row<T = Fields> {
  space: string;
  id: string;
  kind: Kind;
  /** The record's revision at the server; 0 while only this phone has it. */
  rev: number;
  /** What screens show: the server's fields with every pending change laid over them. */
  data: T;
  /** The server's own fields, kept only while changes are pending. */
  base?: Fields | null;
  /** Whether the server holds it as deleted, kept beside `base`. */
  baseDeleted?: 0 | 1;
  deleted: 0 | 1;
  conflicts: Conflict[];
  /** How many changes wait to be sent. */
  pending: number;
  /** How many changes the server refused; a person settles them. */
  aside: number;
  /** When it was observed, for the index in time order; 0 for what is not observed. */
  at: number;
  /** Left over from before a fresh pull; dropped when the pull ends without it. */
  stale?: 1;
}

/** One change to one record as it goes over the wire. Never altered after it is made. */
export interface Op {
  op_id: string;
  space: string;
  kind: Kind;
  id: string;
  base_rev: number;
  set: Fields;
  add: Record<string, string[]>;
  remove: Record<string, string[]>;
  deleted?: boolean;
  at: string;
}

export interface Queued {
  seq: number;
  op_id: string;
  space: string;
  id: string;
  /** `waiting` to be sent, or set `aside` because the server could not take it. */
  state: 'waiting' | 'aside';
  op: Op;
  problem?: { code: string; detail?: string };
}

/** An answered change, kept so that it can be sent again if the server is restored from a backup. */
export interface Answered {
  seq: number;
  space: string;
  id: string;
  rev: number;
  op: Op;
}

/** Changes that were answered together: one row, because many cost a slow phone much. */
export interface AnsweredTogether {
  /** That of the first. */
  seq: number;
  /** When, by the server's clock. */
  answered_at: string;
  changes: Answered[];
}

/** A picture's bytes. ArrayBuffer, because some browsers lose Blobs in IndexedDB. */
export interface Bytes {
  id: string;
  space: string;
  type: string;
  buffer: ArrayBuffer;
  sha256: string;
  /** `draft` while its observation is not saved yet. */
  state: 'draft' | 'waiting' | 'sent' | 'aside';
  /** By the server's clock, where that was known. */
  sent_at?: number;
  problem?: { code: string; detail?: string };
}

/** A small picture for lists, apart from its bytes so that a list does not read megabytes. */
export interface Thumb {
  id: string;
  type: string;
  buffer: ArrayBuffer;
}

/** A photo of a draft. The bytes of a new one lie in `bytes` as `draft`. */
export interface DraftPhoto extends Pick<Photo, 'sha256' | 'width' | 'height' | 'size' | 'caption' | 'people'> {
  id: string;
  /** Why the people in it may be recognised; missing in drafts from before there was the question. */
  people_reason?: string;
  is_new: boolean;
}

/** What a person is writing, kept on every change. */
export interface Draft {
  /** The id that the observation will have, or already has while it is edited. */
  id: string;
  space: string;
  is_new: boolean;
  data: ObservationText;
  photos: DraftPhoto[];
  /** Taken out of it, and to be had back until the draft is saved. */
  removed?: { photo: DraftPhoto; position: number }[];
  /** The photo that is open in the editor, and what was done to it that is not burnt in yet. */
  editing?: { photo: string; steps: Steps<Edit> };
  /** Saved photos that an edited picture stands for now. */
  replaced?: string[];
  /** The observation as it was when the edit began, so that only what the person changed is sent. */
  before?: ObservationText;
  base_rev: number;
  /** 0 until something has been written. */
  updated_at: number;
}

/** The fields of an observation that its writer fills in. */
export type ObservationText = Omit<Observation, 'author' | 'group_id'>;

/** The tables, their keys, and the indexes that queries go by. */
export interface Tables extends DBSchema {
  records: {
    key: [space: string, id: string];
    value: Row;
    /** Each index makes every record that is fetched dearer: what else is asked goes by `spaces` and the key. */
    indexes: {
      /** `living` asks by it. In time order, so that a list of thousands begins with its newest. */
      time: [space: string, kind: Kind, deleted: number, at: number];
      /** Photos alone have it. */
      observation: string;
    };
  };
  outbox: { key: number; value: Queued; indexes: { op_id: string; state: string; record: [space: string, id: string] } };
  answered: { key: number; value: AnsweredTogether };
  bytes: { key: string; value: Bytes; indexes: { state: string } };
  thumbs: { key: string; value: Thumb };
  drafts: { key: string; value: Draft; indexes: { space: string } };
  meta: { key: string; value: { key: string; value: unknown } };
}

export type TableName = 'records' | 'outbox' | 'answered' | 'bytes' | 'thumbs' | 'drafts' | 'meta';
