/** Asks the finder's worker. One worker serves every list of the page; a later wish overtakes an earlier one. */
import { databaseName, recall, remember } from '../local/db';
import { keepTrying } from '../ui/later';
import { inBlocks } from './blocks';
import type { Entry, Listed } from './entries';
import type { Counts, Order, Uses, Wish } from './finder';
import type { Answer, Ask, Failed } from './finder.worker';
import { usesKey } from './uses';

/** What a list shows of a study, and what else could be asked for. */
export interface Found extends Listed {
  n_all: number;
  counts: Counts;
}

let worker: Worker | undefined;
let order: Order = { ids: [], days: new Float64Array() };
/** What the worker has sent of the study since it last read it; it sends nothing twice. */
let known = new Map<string, Entry>();
let n_asked = 0;
let last = 0;
const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: () => void }>();

/** What there is for `wish`; `undefined` when a later question was asked meanwhile. */
export async function find(space: string, wish: Wish, isFresh: boolean): Promise<{ found: Found; uses: Uses | undefined } | undefined> {
  const n = (last = ++n_asked);
  const { hits, uses } = await answerTo({ n, space, database: databaseName(), wish, is_fresh: isFresh });
  if (uses) void keepUses(space, uses);
  if (n !== last) return undefined;
  const { places, counts } = hits!;
  const ids: string[] = [];
  const days: number[] = [];
  // Not by `Array.from`, which takes ten times as long for thousands.
  for (const place of places) {
    ids.push(order.ids[place]!);
    days.push(order.days[place]!);
  }
  const blocks = inBlocks(ids, days);
  const found = { blocks, n: ids.length, n_all: order.ids.length, counts, known, read };
  return { found, uses };

  /** The worker has them at hand; the phone's database would be asked once for each. */
  async function read(ids: string[]): Promise<Entry[]> {
    await answerTo({ n: ++n_asked, space, database: databaseName(), ids, is_fresh: false });
    return ids.flatMap((id) => known.get(id) ?? []);
  }
}

function answerTo(ask: Ask): Promise<Answer> {
  return keepTrying(() => {
    worker ??= started();
    return new Promise((resolve, reject) => {
      waiting.set(ask.n, { resolve, reject });
      worker!.postMessage(ask);
    });
  });
}

async function keepUses(space: string, uses: Uses): Promise<void> {
  const known = await recall<Uses>(usesKey(space));
  if (JSON.stringify(known) !== JSON.stringify(uses)) await remember(usesKey(space), uses);
}

function started(): Worker {
  const fresh = new Worker(new URL('./finder.worker.ts', import.meta.url), { type: 'module' });
  fresh.onmessage = ({ data }: MessageEvent<Answer | Failed>) => {
    const asker = waiting.get(data.n);
    waiting.delete(data.n);
    if ('is_failed' in data) return asker?.reject();
    // So that a measurement sees how much of the wait was the worker's.
    performance.measure('finder', { start: Math.max(0, performance.now() - data.ms), end: performance.now() });
    if (data.order) [order, known] = [data.order, new Map<string, Entry>()];
    for (const entry of data.entries) known.set(entry.observation.id, entry);
    asker?.resolve(data);
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
