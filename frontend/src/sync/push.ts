/**
 * What goes into a push, and what its outcomes do to the outbox. An op leaves the outbox only on an
 * outcome that names it; one that the server cannot take is set aside, where a person sees it.
 */
import { unwrap } from 'idb';
import { deleteAll, ofRecords, putAll } from '../local/bulk';
import { database, type Answered, type Op, type Queued, type Row, type Writing } from '../local/db';
import { applied, overlaid } from './overlay';
import { relay } from './relay';

export const MAX_OPS = 500;
const MAX_BYTES = 900_000;
/** How long the server remembers what was deleted (benchmark/sync/prune.py). */
const TOMBSTONE_MS = 400 * 24 * 3600_000;

export interface Outcome {
  op_id: string | null;
  outcome: 'applied' | 'duplicate' | 'merged' | 'conflict' | 'deleted' | 'rejected';
  rev: number | null;
  /** For a duplicate: what the first answer was. */
  first?: 'applied' | 'merged' | 'conflict' | 'deleted' | 'rejected';
  problem?: { code: string; detail?: string };
}

/**
 * The oldest waiting ops: at most `limit`, and no more bytes than the server takes at once. With `underway`, the last
 * batch, only what comes behind it, and nothing of the same records: what follows on those waits for their answer.
 */
export async function nextBatch(limit = MAX_OPS, underway: Op[] = []): Promise<Op[]> {
  const busy = new Set(underway.map((op) => op.id));
  const encoder = new TextEncoder();
  const batch: Op[] = [];
  let bytes = 0;
  for (const { op } of await waiting(limit, underway.at(-1))) {
    if (busy.has(op.id)) continue;
    bytes += encoder.encode(JSON.stringify(op)).length + 1;
    if (bytes > MAX_BYTES && batch.length) break;
    batch.push(op);
  }
  return batch;
}

/** The oldest waiting ops, at most `limit`; behind another one there may be fewer, where some were set aside. */
async function waiting(limit: number, behind?: Op): Promise<Queued[]> {
  const db = await database();
  const seq = behind && (await db.getKeyFromIndex('outbox', 'op_id', behind.op_id));
  if (seq === undefined) return db.getAllFromIndex('outbox', 'state', 'waiting', limit);
  const queued = await db.getAll('outbox', IDBKeyRange.lowerBound(seq, true), limit);
  return queued.filter(({ state }) => state === 'waiting');
}

/** Take in the outcomes of a push, in a transaction over `records`, `outbox` and `answered`; `now` is the server's. */
export async function takeOutcomes(step: Writing, outcomes: Outcome[], now: string): Promise<void> {
  const queued = await queuedFor(step, outcomes);
  const taken = outcomes.flatMap((outcome, n) => (queued[n] ? { queued: queued[n], outcome } : []));
  for (const space of new Set(taken.map((one) => one.queued.space))) {
    await takeInSpace(step, space, taken.filter((one) => one.queued.space === space), now);
  }
}

/** What is still in the outbox of the ops that the outcomes name. */
async function queuedFor(step: Writing, outcomes: Outcome[]): Promise<(Queued | undefined)[]> {
  const outbox = step.objectStore('outbox');
  const byOp = outbox.index('op_id');
  // They lie together, in the order in which they were sent: one request instead of hundreds. Not from the front of the
  // outbox, where a browser has to step over all that has left it.
  const [from, to] = await Promise.all([outcomes[0], outcomes.at(-1)].map((end) => end?.op_id && byOp.getKey(end.op_id)));
  const together = from && to && from <= to ? await outbox.getAll(IDBKeyRange.bound(from, to), outcomes.length * 2) : [];
  const known = new Map(together.map((queued) => [queued.op_id, queued]));
  return Promise.all(outcomes.map(({ op_id }) => (op_id ? (known.get(op_id) ?? byOp.get(op_id)) : undefined)));
}

interface Taken {
  queued: Queued;
  outcome: Outcome;
}

/** Decide op by op in memory, then write each record once. */
async function takeInSpace(step: Writing, space: string, taken: Taken[], now: string): Promise<void> {
  const [records, outbox] = [step.objectStore('records'), step.objectStore('outbox')];
  const ids = taken.map(({ queued }) => queued.id);
  const [found, unanswered] = await Promise.all([
    ofRecords<Row>(unwrap(records), space, ids), ofRecords<Queued>(unwrap(outbox.index('record')), space, ids),
  ]);
  const rows = new Map(found.map((row) => [row.id, row]));
  const left = byRecord(unanswered);
  const [gone, aside]: [Answered[], Queued[]] = [[], []];
  for (const { queued, outcome } of taken) {
    const { seq, id, op } = queued;
    const said = outcome.outcome === 'duplicate' ? (outcome.first ?? 'applied') : outcome.outcome;
    const isRefused = said === 'rejected' || said === 'deleted';
    const rev = outcome.rev ?? 0;
    const kept: Queued[] = isRefused ? [{ ...queued, state: 'aside', problem: outcome.problem ?? { code: said } }] : [];
    if (isRefused) aside.push(...kept);
    else gone.push({ seq, space, id, rev, op });
    left.set(id, left.get(id)!.flatMap((one) => (one.seq === seq ? kept : one)));
    const row = rows.get(id);
    // A record of later than a repeated op has it in it, and maybe what somebody wrote over it.
    const isBehind = row && outcome.outcome === 'duplicate' && rev < row.rev;
    if (row) rows.set(id, overlaid(isRefused || isBehind ? row : promoted(row, op, rev, said === 'conflict'), left.get(id)!));
  }
  deleteAll(unwrap(outbox), gone.map(({ seq }) => seq));
  await Promise.all([putAll(unwrap(outbox), aside), keepAnswered(step, gone, now), putAll(unwrap(records), [...rows.values()])]);
}

/** Keep what was answered together. */
export async function keepAnswered(step: Writing, changes: Answered[], answered_at: string): Promise<void> {
  if (changes[0]) await step.objectStore('answered').put({ seq: changes[0].seq, answered_at, changes });
}

/** Ops record by record, each record's in the order they were made. */
export function byRecord(queued: Queued[]): Map<string, Queued[]> {
  const found = new Map<string, Queued[]>();
  for (const one of queued) {
    const others = found.get(one.id);
    if (others) others.push(one);
    else found.set(one.id, [one]);
  }
  return found;
}

/**
 * Let go of answered ops older than the server's tombstones: no backup that old is put back. They lie in the order they
 * were made, so this looks at one row more than it drops. Only the server's clock decides; a phone's may be wrong by years.
 */
export async function dropLongAnswered(step: Writing, now: string): Promise<void> {
  const oldest = Date.parse(now) - TOMBSTONE_MS;
  let at = await step.objectStore('answered').openCursor();
  for (; at && Date.parse(at.value.answered_at) < oldest; at = await at.continue()) await at.delete();
}

/** Set one op aside: it stays, with the reason, until its person sends it again or throws it away. */
export async function setAside(step: Writing, queued: Queued, problem: { code: string; detail?: string }): Promise<void> {
  await step.objectStore('outbox').put({ ...queued, state: 'aside', problem });
  await relay(step, queued.space, queued.id);
}

/** The row with the op counted as the server's. A clash is left to the record that comes with the answer. */
function promoted(row: Row, op: Op, rev: number, isClash: boolean): Row {
  if (isClash) return { ...row, base: row.base ?? {} };
  const server = { data: row.base ?? {}, deleted: row.baseDeleted ?? 0, conflicts: row.conflicts };
  const { data, deleted, conflicts } = applied(server, op);
  return { ...row, base: data, baseDeleted: deleted, conflicts, rev: Math.max(row.rev, rev) };
}
