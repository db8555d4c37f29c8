/**
 * One turn of sending and fetching: all changes, both ways, then photos one by one, letting new text go first.
 * Pure of triggers and timers; `engine.ts` decides when.
 */
import { ApiError } from '../api/client';
import { tellOf } from '../local/changes';
import { exchange, type Rest, type Sender } from './exchange';
import type { Given, Told } from './exchange.worker';
import { nextBatch } from './push';
import { isOfOnePhoto, nextPhoto, upload } from './upload';

/** A photo whose bytes are on their way: how many there are, and how many the server is known to have. */
export interface Progress {
  id: string;
  size: number;
  arrived: number;
}

/**
 * Do everything there is to do; `wordsThrough` is called when all changes have gone both ways. Throws `ApiError` when it
 * must wait; what was done so far stays done.
 */
export async function round(sender: Sender, report: (progress?: Progress) => void, wordsThrough: () => void): Promise<void> {
  await exchangeAll(sender);
  wordsThrough();
  let failure: unknown;
  for (let photo = await nextPhoto(); photo; photo = await nextPhoto(!!failure)) {
    const told = { id: photo.id, size: photo.buffer.byteLength, arrived: 0 };
    report(told);
    try {
      await upload(photo, (arrived) => report({ ...told, arrived }));
    } catch (error) {
      if (!isOfOnePhoto(error)) throw error;
      failure ??= error;
    }
    report();
    if ((await nextBatch(1)).length) await exchangeAll(sender);
  }
  if (failure) throw failure;
}

/** Push and pull; what is much, in a worker. Without one, here. */
async function exchangeAll(sender: Sender): Promise<void> {
  const left = await exchange(sender, {}, typeof Worker !== 'undefined');
  if (left) await inWorker(sender, left);
}

let worker: Worker | undefined;

function inWorker(sender: Sender, left: Rest): Promise<void> {
  const asked = (worker ??= new Worker(new URL('./exchange.worker.ts', import.meta.url), { type: 'module' }));
  return new Promise((resolve, reject) => {
    asked.onmessage = ({ data: { tables, failure } }: MessageEvent<Told>) => {
      if (tables) return tellOf(tables, true);
      if (!failure) return resolve();
      if (typeof failure === 'string') return reject(new Error(failure));
      const { code, status, detail, offline, retryAfter } = failure;
      reject(new ApiError(code, status, detail, offline, retryAfter));
    };
    asked.onerror = () => {
      // Its file cannot be had, or it has broken: what it was given is told again to the page.
      worker = undefined;
      asked.terminate();
      resolve(exchange(sender).then(() => undefined));
    };
    asked.postMessage({ sender, left } satisfies Given);
  });
}
