/** Pure: the changes of one observation as a person reads them, newest first, and how an earlier value is put back. */
import type { components } from '../api/types';
import type { Fields } from '../local/db';
import type { Observation } from '../local/records';
import type { Change } from '../sync/outbox';

export type Past = components['schemas']['Past'];
export type Field = keyof Observation;

/** One field of one change. */
export interface Line {
  field: Field;
  /** What it became; for tags, what came and what went. */
  value: unknown;
  /** What else must be set with it: a pin means nothing without its plan. */
  with: Fields;
  added: string[];
  removed: string[];
  /** This is what the observation says today. */
  isNow: boolean;
}

export interface Step {
  id: string;
  person: string;
  at: string;
  what: 'made' | 'changed' | 'deleted' | 'restored' | 'settled';
  /** Somebody else wrote the same text at the same time. */
  isClash: boolean;
  lines: Line[];
}

/** What people wrote or chose; the rest (who made it, the plan of a pin) is no news. */
const FIELDS: Field[] = [
  'text', 'thought', 'with_us', 'feeling', 'tags', 'focus_id', 'question', 'visit_id', 'pin', 'observed_at', 'observer', 'group_id',
];
const LONGEST_AWAY_MS = 60 * 24 * 3600_000;

/** The steps, given what the observation says today; steps that changed nothing people see are left out. */
export function told(past: Past[], now: Fields): Step[] {
  const before: Fields = {};
  return past
    .map((op, n) => stepOf(op, n === 0, before, now))
    .filter((step) => step.lines.length || step.what !== 'changed')
    .reverse();
}

function stepOf(op: Past, isFirst: boolean, before: Fields, now: Fields): Step {
  const lines = FIELDS.flatMap((field) => lineOf(op, field, before, now) ?? []);
  Object.assign(before, op.set);
  return {
    id: op.op_id, person: op.person, at: momentOf(op), what: whatOf(op, isFirst), isClash: op.outcome === 'conflict', lines,
  };
}

function lineOf(op: Past, field: Field, before: Fields, now: Fields): Line | undefined {
  const [added, removed] = [membersOf(op.add, field), membersOf(op.remove, field)];
  const value = op.set?.[field];
  const isSame = !op.set || !(field in op.set) || isEqual(value, before[field]);
  if (isSame && !added.length && !removed.length) return undefined;
  const plan = { plan_id: op.set?.plan_id ?? before.plan_id ?? null };
  return { field, value, with: field === 'pin' ? plan : {}, added, removed, isNow: isEqual(value, now[field]) };
}

function whatOf(op: Past, isFirst: boolean): Step['what'] {
  if (isFirst) return 'made';
  if (op.deleted === true) return 'deleted';
  if (op.deleted === false) return 'restored';
  return membersOf(op.remove, 'conflicts').length ? 'settled' : 'changed';
}

/** When it was changed: by the phone's clock, unless that cannot be true. */
function momentOf({ at, received_at }: Past): string {
  const away = Date.parse(received_at) - Date.parse(at ?? '');
  return at && away >= 0 && away < LONGEST_AWAY_MS ? at : received_at;
}

/** How the value of a line is put back; nothing when it stands, or came by adding. */
export function putBack(space: string, id: string, line: Line, now: Fields): Change | undefined {
  const tags = line.removed.filter((tag) => !(now.tags as string[] | undefined)?.includes(tag));
  if (line.field === 'tags') return tags.length ? { space, kind: 'observation', id, add: { tags } } : undefined;
  return line.isNow ? undefined : { space, kind: 'observation', id, set: { ...line.with, [line.field]: line.value ?? null } };
}

function membersOf(part: Past['add'], field: string): string[] {
  return (part?.[field] as string[] | undefined) ?? [];
}

/** Nothing, an empty text and a field never written are the same to a reader. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a || null) === JSON.stringify(b || null);
}
