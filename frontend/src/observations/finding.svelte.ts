/** Asks the finder's worker. One worker serves every list of the page; a later wish overtakes an earlier one. */
import { databaseName, recall, remember } from '../local/db';
import { keepTrying } from '../ui/later';
import type { Uses, Wish } from './finder';
import type { Answer, Ask } from './finder.worker';
import { usesKey } from './uses';

let worker: Worker | undefined;
let n_asked = 0;
const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: () => void }>();

/** What there is for `wish`; `undefined` when a later question was asked meanwhile. */
export async function find(space: string, wish: Wish, isFresh: boolean): Promise<Answer | undefined> {
  const n = ++n_asked;
  const ask: Ask = { n, database: databaseName(), space, wish, is_fresh: isFresh };
  const answer = await keepTrying(() => answerTo(ask));
  if (answer?.uses) void keepUses(space, answer.uses);
  return n === n_asked ? answer : undefined;
}

function answerTo(ask: Ask): Promise<Answer> {
  worker ??= started();
  return new Promise((resolve, reject) => {
    waiting.set(ask.n, { resolve, reject });
    worker!.postMessage(ask);
  });
}

async function keepUses(space: string, uses: Uses): Promise<void> {
  const known = await recall<Uses>(usesKey(space));
  if (JSON.stringify(known) !== JSON.stringify(uses)) await remember(usesKey(space), uses);
}

function started(): Worker {
  const fresh = new Worker(new URL('./finder.worker.ts', import.meta.url), { type: 'module' });
  fresh.onmessage = ({ data }: MessageEvent<Answer>) => {
    // So that a measurement sees how much of the wait was the worker's.
    performance.measure('finder', { start: Math.max(0, performance.now() - data.ms), end: performance.now() });
    waiting.get(data.n)?.resolve(data);
    waiting.delete(data.n);
  };
  fresh.onerror = (event) => {
    // Only a plain event says that its file could not be had.
    if (event instanceof ErrorEvent) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject();
    waiting.clear();
  };
  return fresh;
}
