/**
 * The synced kinds as screens see them, and the two ways to read them: `all` and `one`.
 * Reads come from the phone's database only. Changes go through `sync/outbox.ts`.
 */
import { database, living, spaces, type Row } from './db';

export interface Study {
  title: string;
  purpose: string;
  mirror: string;
  host_name: string;
  sector: 'public' | 'business' | 'third_sector' | 'culture' | null;
  is_announced: boolean;
  photo_permission: 'asked' | 'not_asked' | 'refused';
  language: 'fi' | 'sv' | 'en';
  stage: 'prepare' | 'visit' | 'debrief' | 'follow_up' | 'closed';
}

export interface Focus {
  name: string;
  questions: string[];
  people: string[];
  position: number;
}

export interface Visit {
  place: string;
  starts_at: string | null;
  ends_at: string | null;
  people: string[];
  position: number;
}

export interface Plan {
  title: string;
  photo_id: string | null;
  /** Drawn by each screen itself, instead of a picture. */
  sketch: 'three_zones' | null;
  position: number;
}

export type Feeling = 'works' | 'does_not' | 'surprises';
export interface Pin {
  x: number;
  y: number;
}

export interface Observation {
  text: string;
  thought: string;
  feeling: Feeling | null;
  focus_id: string | null;
  visit_id: string | null;
  tags: string[];
  with_us: string;
  /** The guiding question that it answers. */
  question: string;
  /** Who saw it, when a lead typed in somebody's paper card; empty when it was the author. */
  observer: string;
  plan_id: string | null;
  pin: Pin | null;
  observed_at: string;
  author: string;
  group_id: string | null;
}

export type PeopleInPhoto = 'none' | 'blurred' | 'kept_with_reason' | 'unanswered';
export interface Photo {
  observation_id: string | null;
  plan_id: string | null;
  sha256: string;
  width: number;
  height: number;
  size: number;
  caption: string;
  people: PeopleInPhoto;
  /** Why people may be recognised in it: for `kept_with_reason`. */
  people_reason: string;
  position: number;
  author: string;
  is_received: boolean;
}

export interface Group {
  name: string;
  position: number;
}

export interface Finding {
  result: 'improvement_idea' | 'strength';
  group_id: string | null;
  statement: string;
  impact: 1 | 2 | 3 | null;
  effort: 1 | 2 | 3 | null;
  owner: string;
  first_step: string;
  due_on: string | null;
  status: 'new' | 'trying' | 'kept' | 'changed' | 'dropped' | 'not_now';
  position: number;
}

/** What stays in one's mind right after a visit; one for each person. */
export interface Reflection {
  best: string;
  monday: string;
  already_good: string;
  surprised: string;
  author: string;
}

export type Role = 'lead' | 'member' | 'guest';
export interface Participant {
  name: string;
  role: Role;
  is_removed: boolean;
}

export interface Shapes {
  study: Study;
  focus: Focus;
  visit: Visit;
  plan: Plan;
  observation: Observation;
  photo: Photo;
  group: Group;
  finding: Finding;
  reflection: Reflection;
  participant: Participant;
}
export type Kind = keyof Shapes;

/** Two texts for one field, both kept until a person chooses. */
export interface Conflict {
  op_id: string;
  field: string;
  text: string;
  person: string;
  at: string;
}

/** A record on a screen: its fields, and where it stands. */
export type Item<K extends Kind> = Shapes[K] & {
  id: string;
  space: string;
  rev: number;
  /** Changes that only this phone has. */
  pending: number;
  /** Changes that the server refused. */
  aside: number;
  conflicts: Conflict[];
};

/** What a field is when nobody has written it. */
const EMPTY: Shapes = {
  study: {
    title: '', purpose: '', mirror: '', host_name: '', sector: null, is_announced: true,
    photo_permission: 'not_asked', language: 'fi', stage: 'prepare',
  },
  focus: { name: '', questions: [], people: [], position: 0 },
  visit: { place: '', starts_at: null, ends_at: null, people: [], position: 0 },
  plan: { title: '', photo_id: null, sketch: null, position: 0 },
  observation: {
    text: '', thought: '', feeling: null, focus_id: null, visit_id: null, tags: [], with_us: '', question: '', observer: '',
    plan_id: null, pin: null, observed_at: '', author: '', group_id: null,
  },
  photo: {
    observation_id: null, plan_id: null, sha256: '', width: 0, height: 0, size: 0, caption: '',
    people: 'unanswered', people_reason: '', position: 0, author: '', is_received: false,
  },
  group: { name: '', position: 0 },
  finding: {
    result: 'improvement_idea', group_id: null, statement: '', impact: null, effort: null, owner: '',
    first_step: '', due_on: null, status: 'new', position: 0,
  },
  reflection: { best: '', monday: '', already_good: '', surprised: '', author: '' },
  participant: { name: '', role: 'member', is_removed: false },
};

/** A row as screens see it. */
export function itemOf<K extends Kind>(row: Row): Item<K> {
  const { id, space, rev, pending, aside, conflicts } = row;
  return { ...EMPTY[row.kind], ...row.data, id, space, rev, pending, aside, conflicts } as unknown as Item<K>;
}

/** The live records of one kind in a space: observations newest first, the rest by position. */
export async function all<K extends Kind>(space: string, kind: K): Promise<Item<K>[]> {
  const rows = await (await database()).getAllFromIndex('records', 'time', living(space, kind));
  return sorted(rows.map((row) => itemOf<K>(row)), kind);
}

/** One live record, or `undefined` when the phone does not have it (any more). */
export async function one<K extends Kind>(space: string, kind: K, id: string): Promise<Item<K> | undefined> {
  const row = await (await database()).get('records', [space, id]);
  return row && row.kind === kind && !row.deleted ? itemOf<K>(row) : undefined;
}

/** The live records of one kind in every space. */
export async function everywhere<K extends Kind>(kind: K): Promise<Item<K>[]> {
  return (await Promise.all((await spaces()).map((space) => all(space, kind)))).flat();
}

/** Every study on this phone, newest first. */
export async function studies(): Promise<Item<'study'>[]> {
  return (await everywhere('study')).sort((a, b) => compare(b.id, a.id));
}

function sorted<K extends Kind>(items: Item<K>[], kind: K): Item<K>[] {
  if (kind === 'observation') {
    const at = new Map(items.map((item) => [item, Date.parse((item as Item<'observation'>).observed_at)]));
    items.sort((a, b) => at.get(b)! - at.get(a)! || compare(b.id, a.id));
  } else if ('position' in EMPTY[kind]) {
    const placed = items as unknown as (Item<K> & { position: number })[];
    placed.sort((a, b) => a.position - b.position || compare(a.id, b.id));
  } else {
    items.sort((a, b) => compare(a.id, b.id));
  }
  return items;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
