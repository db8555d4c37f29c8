/**
 * What goes into a push, and what its outcomes do to the outbox. An op leaves the outbox only on an
 * outcome that names it; one that the server cannot take is set aside, where a person sees it.
 */
import { database, type Op, type Queued, type Row, type Writing } from '../local/db';
import { relay } from './outbox';
import { applied } from './overlay';

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

/** The oldest waiting ops: at most `limit`, and no more bytes than the server takes at once. */
export async function nextBatch(limit = MAX_OPS): Promise<Op[]> {
  const waiting = await (await database()).getAllFromIndex('outbox', 'state', 'waiting', limit);
  const batch: Op[] = [];
  let bytes = 0;
  for (const { op } of waiting) {
    bytes += new TextEncoder().encode(JSON.stringify(op)).length + 1;
    if (bytes > MAX_BYTES && batch.length) break;
    batch.push(op);
  }
  return batch;
}

/** Take in the outcomes of a push, in a transaction over `records`, `outbox` and `answered`; `now` is the server's. */
export async function takeOutcomes(step: Writing, outcomes: Outcome[], now: string): Promise<void> {
  const byId = step.objectStore('outbox').index('op_id');
  for (const outcome of outcomes) {
    const queued = outcome.op_id ? await byId.get(outcome.op_id) : undefined;
    if (queued) await takeOne(step, queued, outcome, now);
  }
}

/**
 * Let go of answered ops older than the server's tombstones: no backup that old is put back. They lie in the order they
 * were made, so this looks at one more than it drops. Only the server's clock decides; a phone's may be wrong by years.
 */
export async function dropLongAnswered(step: Writing, now: string): Promise<void> {
  const oldest = Date.parse(now) - TOMBSTONE_MS;
  let at = await step.objectStore('answered').openCursor();
  for (; at && Date.parse(at.value.answered_at ?? at.value.op.at) < oldest; at = await at.continue()) await at.delete();
}

/** Set one op aside: it stays, with the reason, until its person sends it again or throws it away. */
export async function setAside(step: Writing, queued: Queued, problem: { code: string; detail?: string }): Promise<void> {
  await step.objectStore('outbox').put({ ...queued, state: 'aside', problem });
  await relay(step, queued.space, queued.id);
}

async function takeOne(step: Writing, queued: Queued, answer: Outcome, answered_at: string): Promise<void> {
  const outcome = answer.outcome === 'duplicate' ? (answer.first ?? 'applied') : answer.outcome;
  if (outcome === 'rejected' || outcome === 'deleted') {
    await setAside(step, queued, answer.problem ?? { code: outcome });
    return;
  }
  const { seq, space, id, person, op } = queued;
  const rev = answer.rev ?? 0;
  await step.objectStore('outbox').delete(seq);
  await step.objectStore('answered').put({ seq, space, id, person, rev, op, answered_at });
  await relay(step, space, id, (row) => promoted(row, op, rev, outcome === 'conflict'));
}

/** The row with the op counted as the server's. A clash is left to the record that comes with the answer. */
function promoted(row: Row, op: Op, rev: number, isClash: boolean): Row {
  if (isClash) return { ...row, base: row.base ?? {} };
  const server = { data: row.base ?? {}, deleted: row.baseDeleted ?? 0, conflicts: row.conflicts };
  const { data, deleted, conflicts } = applied(server, op);
  return { ...row, base: data, baseDeleted: deleted, conflicts, rev: Math.max(row.rev, rev) };
}
