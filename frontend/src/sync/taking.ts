/**
 * Where answers are taken in: small ones at once, large ones in a worker, since storing a thousand records would hold up
 * a slow phone's screen. One at a time.
 */
import { tellOf } from '../local/changes';
import { databaseName } from '../local/db';
import { BIT, TABLES, takeAnswer, type SyncAnswer } from './pull';
import type { Given, Taken } from './taking.worker';

let worker: Worker | undefined;

/** As `takeAnswer`, wherever it is best done. */
export async function taken(answer: SyncAnswer): Promise<boolean> {
  const n = Object.values(answer.spaces).reduce((sum, page) => sum + page.changes.length, answer.outcomes.length);
  const isMore = n > BIT && typeof Worker !== 'undefined' ? await inWorker(answer) : undefined;
  // Without a worker, or when it has failed in the middle: what it has taken in already may be taken in twice.
  return isMore ?? takeAnswer(answer);
}

function inWorker(answer: SyncAnswer): Promise<boolean | undefined> {
  const asked = (worker ??= new Worker(new URL('./taking.worker.ts', import.meta.url), { type: 'module' }));
  return new Promise((resolve) => {
    asked.onmessage = ({ data }: MessageEvent<Taken>) => {
      tellOf(TABLES, true);
      resolve(data.isMore);
    };
    asked.onerror = () => {
      worker = undefined;
      asked.terminate();
      resolve(undefined);
    };
    asked.postMessage({ database: databaseName(), answer } satisfies Given);
  });
}
