/**
 * The one way to change a record: `change`. It writes the record and the op that tells the server
 * in a single IndexedDB transaction, so what a screen calls saved is either sent or waiting here.
 */
import { database, dropBytes, write, type Fields, type Op, type Queued, type Row, type Writing } from '../local/db';
import { newId } from '../local/ids';
import type { Kind, Shapes } from '../local/records';
import { folded, grounded, newRow, overlaid } from './overlay';
import { opsOn, relay } from './relay';

type ChangeOf<K extends Kind> = {
  space: string;
  kind: K;
  id: string;
  set?: Partial<Shapes[K]>;
  add?: Record<string, string[]>;
  remove?: Record<string, string[]>;
  /** true deletes, false restores. */
  deleted?: boolean;
  /** The revision that the person was looking at, when that was a while ago (an edit kept open). */
  base_rev?: number;
};

/** What to do to one record. A record that does not exist yet comes into being. */
export type Change = { [K in Kind]: ChangeOf<K> }[Kind];

let wake = (_isAsked: boolean) => {};

/** The engine asks to be told when there is something to send, and whether it is a person who asks for it. */
export function whenChanged(callback: (isAsked: boolean) => void): void {
  wake = callback;
}

/** Make the changes, all or none, and wake the engine. Resolves when they are on disk. */
export async function change(changes: Change[]): Promise<void> {
  await write(['records', 'outbox'], (step) => queue(step, changes));
  wake(false);
}

/** `change` as part of a larger transaction over `records` and `outbox`; `wakeEngine` follows it. */
export async function queue(step: Writing, changes: Change[]): Promise<void> {
  const at = new Date().toISOString();
  for (const one of changes) await queueOne(step, one, at);
}

/** Wake the engine after a larger transaction has ended. */
export function wakeEngine(): void {
  wake(false);
}

/** A person wants to see it sent: try, whatever there is to wait for. */
export function sendNow(): void {
  wake(true);
}

async function queueOne(step: Writing, change: Change, at: string): Promise<void> {
  const { space, kind, id } = change;
  const [records, outbox] = [step.objectStore('records'), step.objectStore('outbox')];
  const row = grounded((await records.get([space, id])) ?? newRow(space, kind, id));
  const unanswered = await opsOn(step, space, id);
  const refused = unanswered.filter((queued) => queued.state === 'aside');
  const op = folded(
    refused.map((queued) => queued.op),
    // Of a record that is being fetched anew nothing has been seen yet.
    opOf(change, row.stale ? 0 : row.rev, at),
  );
  for (const { seq } of refused) await outbox.delete(seq);
  // The table numbers it.
  await outbox.add({ op_id: op.op_id, space, id, state: 'waiting', op } as Queued);
  const waiting = unanswered.filter((queued) => queued.state === 'waiting');
  await records.put(overlaid(row, [...waiting, { op, state: 'waiting' }]));
}

/** Throw away what was set aside on a record; the screen goes back to what the server has. */
export async function discardAside(space: string, id: string): Promise<void> {
  await write(['records', 'outbox', 'bytes', 'thumbs'], async (step) => {
    const refused = (await opsOn(step, space, id)).filter((queued) => queued.state === 'aside');
    for (const { seq } of refused) await step.objectStore('outbox').delete(seq);
    const row = await relay(step, space, id);
    // What was never on the server and has nothing left to send does not exist any more.
    if (row && !row.rev && !row.pending) {
      await step.objectStore('records').delete([space, id]);
      if (row.kind === 'photo') await dropBytes(step, [id]);
    }
  });
}

/** The op that tells the server of a change to a record whose revision here is `rev`. */
export function opOf(change: Change, rev: number, at: string): Op {
  const { space, kind, id, set = {}, add = {}, remove = {}, deleted, base_rev = rev } = change;
  // A copy without proxies, which IndexedDB cannot store.
  const plain = JSON.parse(JSON.stringify({ set, add, remove })) as Pick<Op, 'set' | 'add' | 'remove'>;
  const op: Op = { op_id: newId(), space, kind, id, base_rev: Math.min(rev, base_rev), ...plain, at };
  if (deleted !== undefined) op.deleted = deleted;
  return op;
}

/** What would undo `changes`; ask before making them. */
export async function inverse(changes: Change[]): Promise<Change[]> {
  const db = await database();
  const rows = await Promise.all(changes.map((one) => db.get('records', [one.space, one.id])));
  return changes.map((one, n) => inverseOf(one, rows[n])).reverse();
}

function inverseOf(change: Change, row: Row | undefined): Change {
  const { space, kind, id } = change;
  if (!row || (row.deleted && change.deleted === false)) return { space, kind, id, deleted: true } as Change;
  const undo: Record<string, unknown> = { space, kind, id };
  if (change.deleted) undo.deleted = false;
  if (change.set) undo.set = pick(row.data, Object.keys(change.set));
  if (change.add) undo.remove = only(change.add, (field, value) => !has(row.data, field, value));
  if (change.remove) undo.add = only(change.remove, (field, value) => has(row.data, field, value));
  const settled = row.conflicts.filter(({ op_id }) => change.remove?.conflicts?.includes(op_id));
  // A settled clash does not come back as one; both texts do, so that none is lost.
  const texts = settled.map(({ field, text }): [string, string] => [field, `${String(row.data[field] ?? '')}\n\n${text}`]);
  if (texts.length) undo.set = { ...(undo.set as Fields | undefined), ...Object.fromEntries(texts) };
  return undo as Change;
}

function pick(data: Fields, fields: string[]): Fields {
  return Object.fromEntries(fields.map((field) => [field, data[field] ?? null]));
}

function only(sets: Record<string, string[]>, keep: (field: string, value: string) => boolean): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(sets)
      .filter(([field]) => field !== 'conflicts')
      .map(([field, values]) => [field, values.filter((value) => keep(field, value))]),
  );
}

function has(data: Fields, field: string, value: string): boolean {
  return ((data[field] as string[] | undefined) ?? []).includes(value);
}
