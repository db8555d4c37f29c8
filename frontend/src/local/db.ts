/**
 * The phone's own database: the only schema, and all that screens read and write.
 * Each person has a database of their own, so nothing is ever shown to, or sent as, somebody else.
 * Upgrades add `version(n)` blocks and never drop `outbox` or `bytes`.
 */
import Dexie, { type EntityTable, type Table } from 'dexie';
import { noticing } from './changes';
import { remembered } from './identity';
import type { Conflict, Kind, Observation, PeopleInPhoto } from './records';
import { momentOf } from './when';

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
  /** When it was observed, for the index in time order. */
  at?: number;
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
  person: string;
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
  person: string;
  rev: number;
  op: Op;
}

/** A picture's bytes. ArrayBuffer, because some browsers lose Blobs in IndexedDB. */
export interface Bytes {
  id: string;
  space: string;
  person: string;
  type: string;
  buffer: ArrayBuffer;
  sha256: string;
  /** `draft` while its observation is not saved yet. */
  state: 'draft' | 'waiting' | 'sent' | 'aside';
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
export interface DraftPhoto {
  id: string;
  sha256: string;
  width: number;
  height: number;
  size: number;
  caption: string;
  people: PeopleInPhoto;
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

export class Database extends Dexie {
  records!: Table<Row, [string, string]>;
  outbox!: EntityTable<Queued, 'seq'>;
  answered!: Table<Answered, number>;
  bytes!: Table<Bytes, string>;
  thumbs!: Table<Thumb, string>;
  drafts!: Table<Draft, string>;
  meta!: Table<{ key: string; value: unknown }, string>;

  constructor(name: string) {
    // The build leaves Dexie's cache and its live queries out: see changes.ts.
    super(name, { cache: 'disabled' });
    this.use(noticing);
    this.version(1).stores({
      records: '[space+id], [space+kind+deleted], [kind+deleted], [kind+id], id',
      outbox: '++seq, &op_id, state, [space+id]',
      answered: 'seq, space',
      bytes: 'id, state',
      thumbs: 'id',
      drafts: 'id, space',
      meta: 'key',
    });
    // A list of thousands begins with its newest, and each asks for its own pictures.
    this.version(2)
      .stores({
        records:
          '[space+id], [space+kind+deleted], [space+kind+deleted+at], [kind+deleted], [kind+id], id, data.observation_id',
      })
      .upgrade((step) =>
        step
          .table<Row>('records')
          .where('[kind+deleted]')
          .anyOf(['observation', 0], ['observation', 1])
          .modify((row) => {
            row.at = momentOf(row.kind, row.data)!;
          }),
      );
  }
}

/** The signed-in person's database; before anyone has signed in, an empty one. */
export let db = new Database(nameOf(remembered()?.person.id));

/** Change to another person's database, at sign-in and sign-out. */
export function openDatabase(person: string | undefined): void {
  if (db.name === nameOf(person)) return;
  db.close();
  db = new Database(nameOf(person));
}

function nameOf(person: string | undefined): string {
  return person ? `benchmark-${person}` : 'benchmark';
}

/** Read one value of the `meta` table. */
export async function recall<T>(key: string): Promise<T | undefined> {
  return (await db.meta.get(key))?.value as T | undefined;
}

/** Write one value of the `meta` table. */
export async function remember(key: string, value: unknown): Promise<void> {
  await db.meta.put({ key, value });
}
