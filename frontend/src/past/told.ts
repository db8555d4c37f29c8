/** Pure: the changes of one record as a person reads them, newest first, and how an earlier value is put back. */
import type { components } from '../api/types';
import type { Fields, Row } from '../local/db';
import type { Change } from '../sync/outbox';
import type { Field } from './values';

export type Past = components['schemas']['Past'];

/** One field of one change. */
export interface Line {
  field: Field;
  /** What it became; for a set, such as tags, what came and what went. */
  value: unknown;
  /** What else must be set with it: a pin means nothing without its plan. */
  with: Fields;
  added: string[];
  removed: string[];
  /** This is what the record says today. */
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

/** What means little without the other. */
const TOGETHER: Partial<Record<Field, Field>> = { pin: 'plan_id', starts_at: 'ends_at', ends_at: 'starts_at', people: 'people_reason' };
const LONGEST_AWAY_MS = 60 * 24 * 3600_000;

/** The steps in these fields, given what the record says today; steps that changed nothing people see are left out. */
export function told(past: Past[], fields: Field[], now: Fields): Step[] {
  const before: Fields = {};
  return past
    .map((op, n) => stepOf(op, n === 0, fields, before, now))
    .filter((step) => step.lines.length || step.what !== 'changed')
    .reverse();
}

function stepOf(op: Past, isFirst: boolean, fields: Field[], before: Fields, now: Fields): Step {
  const lines = fields.flatMap((field) => lineOf(op, field, before, now) ?? []);
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
  const other = TOGETHER[field];
  const beside = other ? { [other]: { ...before, ...op.set }[other] ?? null } : {};
  return { field, value, with: beside, added, removed, isNow: isEqual(value, now[field]) };
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

/**
 * How the value of a line is put back; nothing when it stands, or came by adding. A floor plan's picture stays as well:
 * its pins went along to where they are in the new one.
 */
export function putBack({ space, kind, id }: Pick<Row, 'space' | 'kind' | 'id'>, line: Line, now: Fields): Change | undefined {
  const { field, value, added, removed, isNow } = line;
  if (added.length || removed.length) {
    const members = removed.filter((member) => !membersOf(now, field).includes(member));
    return members.length ? ({ space, kind, id, add: { [field]: members } } as Change) : undefined;
  }
  return isNow || field === 'photo_id' ? undefined : ({ space, kind, id, set: { ...line.with, [field]: value ?? null } } as Change);
}

function membersOf(part: Fields | null | undefined, field: string): string[] {
  return (part?.[field] as string[] | undefined) ?? [];
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(filled(a)) === JSON.stringify(filled(b));
}

/** Nothing, an empty text or list and a field never written are the same to a reader; a no is an answer. */
function filled(value: unknown): unknown {
  return value === '' || (Array.isArray(value) && !value.length) ? null : (value ?? null);
}
