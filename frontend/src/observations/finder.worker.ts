/** Runs the finder off the page's thread. Reads the phone's database by itself, and never writes to it. */
import { inSpace, openNamed, type Database, type Row } from '../local/db';
import type { Kind } from '../local/records';
import { momentOf } from '../local/when';
import { BLOCK } from './blocks';
import { byId, entriesFrom, type Entry } from './entries';
import { Finder, type Card, type Hits, type Order, type Uses, type Wish } from './finder';
import { idsByName, observerOf } from './observers';

/** Asks for what there is for `wish`, or to read some observations. */
export interface Ask {
  n: number;
  database: string;
  space: string;
  wish?: Wish;
  ids?: string[];
  /** Says that what is stored has changed since the last time. */
  is_fresh: boolean;
}
export interface Answer {
  n: number;
  hits: Hits | undefined;
  /** The first of the hits, as many as a screen shows, or those asked for; without any that were sent before. */
  entries: Entry[];
  /** Only when the study was read afresh. */
  order: Order | undefined;
  uses: Uses | undefined;
  /** How long it took in here, in milliseconds. */
  ms: number;
}
/** The database could not be read now. */
export interface Failed {
  n: number;
  is_failed: true;
}

/** A screen has room for no more rows than these; most phones show fewer. */
const N_SHOWN = 4 * BLOCK;
const SLICE = 500;

let finder = new Finder();
/** The study as it was last read, and what of it the page has. */
let entries = new Map<string, Entry>();
const sent = new Set<string>();
let held = '';
let isRehearsed = false;
let turn = Promise.resolve();

addEventListener('message', ({ data: ask }: MessageEvent<Ask>) => {
  turn = turn.then(() => answer(ask)).catch((error: unknown) => {
    // The next who asks has the study read anew, whatever was read of it.
    held = '';
    postMessage({ n: ask.n, is_failed: true } satisfies Failed);
    console.error(error);
  });
});

async function answer({ n, database, space, wish, ids, is_fresh }: Ask): Promise<void> {
  const begun = performance.now();
  const holds = `${database} ${space}`;
  if (held !== holds) finder = new Finder();
  const isRead = held !== holds || is_fresh;
  if (isRead) await read(database, space);
  held = holds;
  const hits = wish && finder.find(wish);
  const shown = (ids ?? finder.first(hits!, N_SHOWN)).filter((id) => !sent.has(id));
  for (const id of shown) sent.add(id);
  postMessage({
    n, hits, entries: shown.flatMap((id) => entries.get(id) ?? []),
    order: isRead ? finder.order() : undefined, uses: isRead ? finder.uses() : undefined, ms: performance.now() - begun,
  } satisfies Answer);
  if (wish && !isRehearsed) rehearse(wish);
}

/** The first words that somebody looks for would take three times as long as all later ones: the code would be new to the browser. */
function rehearse(wish: Wish): void {
  isRehearsed = true;
  for (const words of ['k', 'ka', 'kar', 'kart', 'kartta']) finder.find({ ...wish, words });
}

/** Take over the study as it is stored now. What is written meanwhile is told of, and read the next time. */
async function read(name: string, space: string): Promise<void> {
  const database = await openNamed(name);
  try {
    const rows = await alive(database, space);
    const [waiting, refused, held] = await Promise.all([
      ...['waiting', 'aside'].map((state) => database.getAllKeysFromIndex('bytes', 'state', state)), database.getAllKeys('bytes'),
    ]);
    const of = (kind: Kind) => rows.filter((row) => row.kind === kind);
    sent.clear();
    entries = byId(entriesFrom(of('observation'), of('photo'), waiting!, refused!, held!));
    const ids = idsByName(of('participant').map(({ id, data }) => ({ id, name: String(data.name) })));
    finder.take([...entries.values()].map((entry) => cardOf(entry, ids)));
  } finally {
    database.close();
  }
}

/** The records of a study that are not deleted. Slice by slice: whoever writes meanwhile waits for one of them only. */
async function alive(database: Database, space: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let [after, isMore] = ['', true]; isMore; ) {
    const slice = await database.getAll('records', inSpace(space, after), SLICE);
    rows.push(...slice.filter(({ deleted }) => !deleted));
    [after, isMore] = [slice.at(-1)?.id ?? '', slice.length === SLICE];
  }
  return rows;
}

function cardOf({ observation, photos, n_parts, n_sent }: Entry, ids: Map<string, string>): Card {
  const { id, visit_id, focus_id, feeling, tags, question, text, thought, with_us, observer } = observation;
  const words = [text, thought, with_us, question, observer, ...tags, ...photos.map((photo) => photo.caption)];
  return {
    id, at: momentOf('observation', observation), observer: observerOf(observation, ids), visit_id, focus_id, feeling, tags, question,
    is_unsent: n_sent < n_parts, is_pictured: photos.length > 0, text: words.filter(Boolean).join('\n'),
  };
}
