/**
 * One turn of sending and fetching: pushes batches until the outbox is empty, pulls until the server
 * has no more to tell, then sends photos one by one, letting new text go first.
 * Pure of triggers and timers; `engine.ts` decides when.
 */
import { ApiError } from '../api/client';
import { recall, write } from '../local/db';
import { postPacked } from './packed';
import { advanced, cursors, type SyncAnswer } from './pull';
import { MAX_OPS, nextBatch, setAside } from './push';
import { taken } from './taking';
import { nextPhoto, upload } from './upload';

const PROTO = 1;
const LIMIT = 1000;

/** A photo whose bytes are on their way: how many there are, and how many the server is known to have. */
export interface Progress {
  id: string;
  size: number;
  arrived: number;
}

/** Do everything there is to do. Throws `ApiError` when it must wait; what was done so far stays done. */
export async function round(device: string, report: (progress?: Progress) => void): Promise<void> {
  await exchange(device);
  for (let photo = await nextPhoto(); photo; photo = await nextPhoto()) {
    const told = { id: photo.id, size: photo.buffer.byteLength, arrived: 0 };
    report(told);
    await upload(photo, (arrived) => report({ ...told, arrived }));
    report();
    if ((await nextBatch(1)).length) await exchange(device);
  }
}

/**
 * Push and pull until neither side has anything more. One request at a time, in order; what it answers is taken in while
 * the next is on its way, and the batch after that is read meanwhile.
 */
async function exchange(device: string): Promise<void> {
  let [epoch, seen] = [await recall<string>('epoch'), await cursors()];
  let [limit, ops] = [MAX_OPS, await nextBatch()];
  let taking: Promise<unknown> = Promise.resolve();
  for (;;) {
    const asking = ask({ proto: PROTO, epoch, device, ops, cursors: seen, limit: LIMIT });
    const [asked, read] = await Promise.allSettled([asking, taking.then(() => nextBatch(limit, ops))]);
    // What was not taken in will be told again; what builds on it may not be taken in either.
    if (read.status === 'rejected') throw read.reason;
    if (asked.status === 'rejected') {
      limit = await smaller(ops.map((op) => op.op_id), asked.reason);
      ops = await nextBatch(limit);
      continue;
    }
    const answer = asked.value;
    const isMore = Object.values(answer.spaces).some((page) => page.more);
    const isMoreToAsk = taken(answer);
    taking = isMoreToAsk;
    if (answer.epoch === epoch && (isMore || read.value.length)) {
      [seen, ops] = [advanced(seen, answer), read.value];
      continue;
    }
    const isUnfinished = await isMoreToAsk;
    [epoch, seen, ops] = [answer.epoch, await cursors(), await nextBatch(limit)];
    if (!isUnfinished && !ops.length) return;
  }
}

async function ask(request: object): Promise<SyncAnswer> {
  return checked(await postPacked<SyncAnswer>('/sync', request));
}

/**
 * After a batch that the server would not even read: half as many, until the one at fault is alone and set aside. Throws
 * every other failure on.
 */
async function smaller(batch: string[], error: unknown): Promise<number> {
  if (!(error instanceof ApiError) || ![400, 413].includes(error.status) || !batch.length) throw error;
  if (batch.length > 1) return Math.ceil(batch.length / 2);
  await write(['records', 'outbox'], async (step) => {
    const queued = await step.objectStore('outbox').index('op_id').get(batch[0]!);
    if (queued) await setAside(step, queued, { code: error.code, detail: error.detail });
  });
  return MAX_OPS;
}

/** A 200 that is some other page's JSON counts as no connection. */
function checked(answer: SyncAnswer): SyncAnswer {
  if (typeof answer?.epoch === 'string' && Array.isArray(answer.outcomes) && typeof answer.spaces === 'object') return answer;
  throw new ApiError('offline', 200, '', true);
}
