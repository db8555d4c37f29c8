/**
 * Pushes batches until the outbox is empty, and pulls until the server has no more to tell. Knows no page, for what is
 * much is done in a worker.
 */
import { ApiError, offline } from '../api/client';
import { database, recall, write, type Database, type Op } from '../local/db';
import { postPacked } from './packed';
import { learning, portion } from './portion';
import { advanced, cursors, takeAnswer, type SyncAnswer } from './pull';
import { MAX_OPS, nextBatch, setAside } from './push';

const PROTO = 1;
/** Records of an answer; over a link that breaks no fewer than the least, which is some 10 KB. */
const LIMIT = { most: 1000, least: 50 };
const LANES = 2;
/** So many changes to send, or bytes of an answer, would hold up a slow phone's screen. */
const MUCH = { ops: 100, bytes: 60_000 };

/** Who sends, and from which of their devices. */
export interface Sender {
  person: string;
  device: string;
}

/** What is too much for the page: an answer that is not taken in yet, or only what there is to send. */
export interface Rest {
  answer?: ArrayBuffer;
}

/**
 * Push and pull until neither side has anything more. Begins with what another has left; with `isBrief` it leaves what is
 * much itself. Throws `ApiError` when it must wait.
 */
export async function exchange(sender: Sender, left: Rest = {}, isBrief = false): Promise<Rest | undefined> {
  const mine = await database();
  if (left.answer && !(await takeAnswer(read(left.answer), mine)) && !(await nextBatch(1)).length) return undefined;
  const ask = asking(sender, mine);
  if (!isBrief) await sendMuch(ask, mine);
  return inTurn(ask, mine, isBrief);
}

/**
 * One request at a time, in order; what it answers is taken in while the next is on its way, and the batch after that is
 * read meanwhile.
 */
async function inTurn(ask: Ask, mine: Database, isBrief: boolean): Promise<Rest | undefined> {
  let [epoch, seen] = [await recall<string>('epoch'), await cursors()];
  const most = isBrief ? MUCH.ops + 1 : MAX_OPS;
  let [limit, ops] = [most, await nextBatch(portion(most))];
  let taking: Promise<unknown> = Promise.resolve();
  for (;;) {
    if (isBrief && ops.length > MUCH.ops) return taking.then(() => ({}));
    const answering = ask({ epoch, ops, cursors: seen });
    const [asked, next] = await Promise.allSettled([answering, taking.then(() => nextBatch(portion(limit), ops))]);
    // What was not taken in will be told again; what builds on it may not be taken in either.
    if (next.status === 'rejected') throw next.reason;
    if (asked.status === 'rejected') {
      limit = (await smaller(ops, asked.reason)) ?? most;
      ops = await nextBatch(portion(limit));
      continue;
    }
    if (isBrief && asked.value.byteLength > MUCH.bytes) return { answer: asked.value };
    const answer = read(asked.value);
    const isMore = Object.values(answer.spaces).some((page) => page.more);
    const isMoreToAsk = takeAnswer(answer, mine);
    taking = isMoreToAsk;
    if (answer.epoch === epoch && (isMore || next.value.length)) {
      [seen, ops] = [advanced(seen, answer), next.value];
      continue;
    }
    const isUnfinished = await isMoreToAsk;
    [epoch, seen, ops] = [answer.epoch, await cursors(), await nextBatch(portion(limit))];
    if (!isUnfinished && !ops.length) return undefined;
  }
}

/**
 * Send what is more than a batch, two batches on their way at a time, so that the link is not idle while the server works.
 * Each is told only what it did itself, since nobody can say which comes first. What fails is left to be sent in turn.
 */
async function sendMuch(ask: Ask, mine: Database): Promise<void> {
  const [epoch, seen] = [await recall<string>('epoch'), await cursors()];
  if (!epoch || (await (await database()).count('outbox')) <= MAX_OPS) return;
  const underway: { ops: Op[]; answer: Promise<SyncAnswer> }[] = [];
  let [taking, busy]: [Promise<unknown>, Op[]] = [Promise.resolve(), []];
  let failed: { ops: Op[]; reason: unknown } | undefined;
  // The first is half as large, so that the two are never done at the same moment.
  for (let limit = MAX_OPS / 2; ; limit = MAX_OPS) {
    const ops = failed ? [] : await nextBatch(portion(limit), [busy, ...underway.map((one) => one.ops)].flat());
    if (ops.length) underway.push({ ops, answer: handled(ask({ epoch, ops, cursors: seen, own: true }).then(read)) });
    if (ops.length && underway.length < LANES) continue;
    const first = underway.shift();
    const [asked] = await Promise.allSettled([first?.answer, taking]);
    await taking;
    if (!first) break;
    if (asked.status === 'rejected') failed ??= { ops: first.ops, reason: asked.reason };
    else if (asked.value!.epoch !== epoch) return;
    else [taking, busy] = [handled(takeAnswer(asked.value!, mine)), first.ops];
  }
  if (failed) await smaller(failed.ops, failed.reason);
}

/** Whose failure may come before anybody waits for it. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

type Ask = (said: object) => Promise<ArrayBuffer>;

/** A request of this sender; its answer is dropped when another database has come into use meanwhile, though it be as named. */
function asking(sender: Sender, mine: Database): Ask {
  return async (said) => {
    const limit = portion(LIMIT.most, LIMIT.least);
    const answer = await learning(() => postPacked('/sync', { proto: PROTO, ...sender, limit, ...said }));
    if ((await database()) !== mine) throw offline();
    return answer;
  };
}

/**
 * After a batch that the server would not even read: how many to send next, half as many, until the one at fault is
 * alone and set aside. Throws every other failure on.
 */
async function smaller(batch: Op[], error: unknown): Promise<number | undefined> {
  // What a proxy does not understand is no word on what was sent; what it finds too large is too large.
  const isRefused = error instanceof ApiError && (error.status === 413 || (error.status === 400 && !error.offline));
  if (!isRefused || !batch.length) throw error;
  if (batch.length > 1) return Math.ceil(batch.length / 2);
  await write(['records', 'outbox'], async (step) => {
    const queued = await step.objectStore('outbox').index('op_id').get(batch[0]!.op_id);
    if (queued) await setAside(step, queued, { code: error.offline ? 'too_large' : error.code, detail: error.detail });
  });
  return undefined;
}

/** A 200 that is no JSON, or some other page's, counts as no connection. */
function read(bytes: ArrayBuffer): SyncAnswer {
  try {
    const answer = JSON.parse(new TextDecoder().decode(bytes)) as SyncAnswer;
    if (typeof answer.epoch === 'string' && Array.isArray(answer.outcomes) && typeof answer.spaces === 'object') return answer;
  } catch {
    // Not even JSON.
  }
  throw offline(200);
}
