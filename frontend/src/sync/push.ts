/**
 * What goes into a push, and what its outcomes do to the outbox. An op leaves the outbox only on an
 * outcome that names it; one that the server cannot take is set aside, where a person sees it.
 */
import { database, type Op, type Queued, type Row, type Writing } from '../local/db';
import { relay } from './outbox';
import { applied } from './overlay';

export const MAX_OPS = 500;
const MAX_BYTES = 900_000;

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

/** Take in the outcomes of a push, in a transaction over `records`, `outbox` and `answered`. */
export async function takeOutcomes(step: Writing, outcomes: Outcome[]): Promise<void> {
  const byId = step.objectStore('outbox').index('op_id');
  for (const outcome of outcomes) {
    const queued = outcome.op_id ? await byId.get(outcome.op_id) : undefined;
    if (queued) await takeOne(step, queued, outcome);
  }
}

/** Set one op aside: it stays, with the reason, until its person sends it again or throws it away. */
export async function setAside(step: Writing, queued: Queued, problem: { code: string; detail?: string }): Promise<void> {
  await step.objectStore('outbox').put({ ...queued, state: 'aside', problem });
  await relay(step, queued.space, queued.id);
}

async function takeOne(step: Writing, queued: Queued, answer: Outcome): Promise<void> {
  const outcome = answer.outcome === 'duplicate' ? (answer.first ?? 'applied') : answer.outcome;
  if (outcome === 'rejected' || outcome === 'deleted') {
    await setAside(step, queued, answer.problem ?? { code: outcome });
    return;
  }
  const { seq, space, id, person, op } = queued;
  const rev = answer.rev ?? 0;
  await step.objectStore('outbox').delete(seq);
  await step.objectStore('answered').put({ seq, space, id, person, rev, op });
  await relay(step, space, id, (row) => promoted(row, op, rev, outcome === 'conflict'));
}

/** The row with the op counted as the server's. A clash is left to the record that comes with the answer. */
function promoted(row: Row, op: Op, rev: number, isClash: boolean): Row {
  if (isClash) return { ...row, base: row.base ?? {} };
  const server = { data: row.base ?? {}, deleted: row.baseDeleted ?? 0, conflicts: row.conflicts };
  const { data, deleted, conflicts } = applied(server, op);
  return { ...row, base: data, baseDeleted: deleted, conflicts, rev: Math.max(row.rev, rev) };
}
