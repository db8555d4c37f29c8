/**
 * Taking in what the server tells: pages of records, spaces that are gone, a new epoch.
 * Pending changes are laid over what is pulled, so nothing that a person wrote flickers away.
 */
import { inSpace, recall, rowsOf, setBytes, write, type Fields, type Op, type Queued, type Row, type Writing } from '../local/db';
import type { Conflict, Kind } from '../local/records';
import { newRow, relay } from './outbox';
import { grounded, overlaid } from './overlay';
import { dropLongAnswered, setAside, takeOutcomes, type Outcome } from './push';

export interface ServerRecord extends Fields {
  kind: Kind;
  id: string;
  rev: number;
  deleted?: boolean;
  conflicts?: Conflict[];
}

export interface SpacePage {
  changes: ServerRecord[];
  cursor: string | null;
  rev: number;
  more: boolean;
  /** The phone was away longer than deletions are remembered: this page begins from the start. */
  resync?: boolean;
}

export interface SyncAnswer {
  epoch: string;
  now: string;
  outcomes: Outcome[];
  spaces: Record<string, SpacePage>;
  gone?: string[];
}

export type Cursors = Record<string, string | null>;

/** How far this phone has seen each space. */
export async function cursors(): Promise<Cursors> {
  return (await recall<Cursors>('cursors')) ?? {};
}

/** Take in a whole answer, all or nothing. Returns whether the server has more to tell. */
export async function takeAnswer(answer: SyncAnswer): Promise<boolean> {
  if (await isNothingNew(answer)) return false;
  return write(['records', 'outbox', 'answered', 'bytes', 'meta'], async (step) => {
    const meta = step.objectStore('meta');
    const epoch = (await meta.get('epoch'))?.value;
    const isNewEpoch = epoch !== undefined && epoch !== answer.epoch;
    let seen = ((await meta.get('cursors'))?.value ?? {}) as Cursors;
    await meta.put({ key: 'epoch', value: answer.epoch });
    if (isNewEpoch) await beginEpoch(step, answer, Object.keys(seen));
    if (isNewEpoch) seen = {};
    await takeOutcomes(step, answer.outcomes, answer.now);
    await dropLongAnswered(step, answer.now);
    for (const space of isNewEpoch ? [] : (answer.gone ?? [])) await leaveSpace(step, space);
    for (const space of answer.gone ?? []) delete seen[space];
    for (const [space, page] of Object.entries(answer.spaces)) {
      if (page.resync) await markStale(step, space);
      await takePage(step, space, page);
      seen[space] = page.cursor;
    }
    await meta.put({ key: 'cursors', value: seen });
    return isNewEpoch || Object.values(answer.spaces).some((page) => page.more);
  });
}

/** Whether the answer says just what this phone knows: then nothing is written, and no screen asks again. */
async function isNothingNew(answer: SyncAnswer): Promise<boolean> {
  if (answer.outcomes.length || answer.gone?.length || answer.epoch !== (await recall('epoch'))) return false;
  const seen = await cursors();
  return Object.entries(answer.spaces).every(
    ([space, page]) => !page.changes.length && !page.more && !page.resync && page.cursor === seen[space],
  );
}

/** Lay one page of a space into the phone's database. */
async function takePage(step: Writing, space: string, page: SpacePage): Promise<void> {
  const rows = await rowsOf(space, page.changes.map((change) => change.id), step);
  const pending = await pendingByRecord(step, space);
  const taken = page.changes.flatMap((change, n) => {
    const row = rows[n] ?? newRow(space, change.kind, change.id);
    if (row.rev > change.rev && !row.stale) return [];
    return [overlaid(withServer(row, change), pending.get(change.id) ?? [])];
  });
  const records = step.objectStore('records');
  await Promise.all(taken.map((row) => records.put(row)));
  await sendBytesAgain(step, page.changes);
  if (!page.more) await dropStale(step, space);
}

/** The row with the server's fields under it. */
function withServer(row: Row, change: ServerRecord): Row {
  const { kind, id, rev, deleted, conflicts, ...fields } = change;
  const known = grounded(row).base ?? {};
  const fresh: Row = {
    ...row, kind, id, rev,
    // A tombstone has no fields; the phone keeps what it knew, for undo.
    base: deleted ? known : fields,
    baseDeleted: deleted ? 1 : 0,
    conflicts: conflicts ?? [],
  };
  delete fresh.stale;
  return fresh;
}

/** What waits or was refused in a space, record by record, each in the order it was made. */
async function pendingByRecord(step: Writing, space: string): Promise<Map<string, Queued[]>> {
  const queued = await step.objectStore('outbox').index('record').getAll(inSpace(space));
  const byRecord = new Map<string, Queued[]>();
  for (const one of queued) byRecord.set(one.id, [...(byRecord.get(one.id) ?? []), one]);
  return byRecord;
}

/** Photos that the server says it lacks, though it once had them, are sent once more. */
async function sendBytesAgain(step: Writing, changes: ServerRecord[]): Promise<void> {
  const lacking = changes.filter((change) => change.kind === 'photo' && change.is_received === false);
  if (!lacking.length) return;
  const sent = new Set(await step.objectStore('bytes').index('state').getAllKeys('sent'));
  for (const { id } of lacking) if (sent.has(id)) await setBytes(step, id, { state: 'waiting' });
}

/**
 * A new epoch: the server's database was restored. Everything is pulled afresh, and each change that
 * this phone made after the backup goes into the outbox again, under its own id and in its old order.
 */
async function beginEpoch(step: Writing, answer: SyncAnswer, known: string[]): Promise<void> {
  for (const space of known) await markStale(step, space);
  const [answered, outbox] = [step.objectStore('answered'), step.objectStore('outbox')];
  const heightOf = (space: string) => answer.spaces[space]?.rev ?? 0;
  const anew = (op: Op): Op => ({ ...op, base_rev: Math.min(op.base_rev, heightOf(op.space)) });
  // What waits had seen revs of the old epoch too; told as they were, they would hide what others write in this one.
  for (const queued of await outbox.getAll()) await outbox.put({ ...queued, op: anew(queued.op) });
  for (const { rev, answered_at: _, ...old } of await answered.getAll()) {
    if (rev <= heightOf(old.space)) continue;
    await outbox.put({ ...old, op_id: old.op.op_id, state: 'waiting', op: anew(old.op) });
    await answered.delete(old.seq);
  }
}

async function markStale(step: Writing, space: string): Promise<void> {
  const records = step.objectStore('records');
  const rows = await records.getAll(inSpace(space));
  await Promise.all(rows.map((row) => records.put({ ...row, stale: 1 })));
}

/** After a fresh pull: what the server did not mention is gone, unless this phone has changes to it. */
async function dropStale(step: Writing, space: string): Promise<void> {
  const records = step.objectStore('records');
  const left = (await records.getAll(inSpace(space))).filter((row) => row.stale === 1);
  const pending = left.length ? await pendingByRecord(step, space) : new Map<string, Queued[]>();
  for (const row of left) {
    if (!pending.has(row.id)) {
      await records.delete([space, row.id]);
    } else {
      const { stale: _, ...kept } = row;
      await records.put(overlaid({ ...kept, rev: 0, base: null, baseDeleted: 0 }, pending.get(row.id)!));
    }
  }
}

/** A space that the person may no longer see: its records go, what is unsent is set aside. */
async function leaveSpace(step: Writing, space: string): Promise<void> {
  const records = step.objectStore('records');
  const queued = [...(await pendingByRecord(step, space)).values()].flat();
  for (const one of queued) if (one.state === 'waiting') await setAside(step, one, { code: 'not_found' });
  const kept = new Set(queued.map((one) => one.id));
  for (const key of await records.getAllKeys(inSpace(space))) if (!kept.has(key[1])) await records.delete(key);
  for (const id of kept) await relay(step, space, id);
}
