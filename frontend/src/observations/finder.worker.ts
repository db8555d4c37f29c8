/**
 * Runs the finder off the page's thread. Reads the phone's database by itself, read-only: opening it
 * by name alone takes whatever version the page has made.
 */
import { openDB } from 'idb';
import type { Row } from '../local/db';
import type { Observation, Participant, Photo } from '../local/records';
import { Finder, type Card, type Found, type Uses, type Wish } from './finder';
import { idsByName, observerOf } from './observers';

/** `fresh` says that what is stored has changed since the last time. */
export interface Ask {
  n: number;
  database: string;
  space: string;
  wish: Wish;
  is_fresh: boolean;
}
export interface Answer {
  n: number;
  found: Found;
  /** Only when it was counted afresh. */
  uses: Uses | undefined;
  /** How long it took in here, in milliseconds. */
  ms: number;
}

let finder = new Finder();
let held = '';
let turn = Promise.resolve();

addEventListener('message', ({ data: ask }: MessageEvent<Ask>) => {
  turn = turn.then(() => answer(ask)).catch(reportError);
});

async function answer({ n, database, space, wish, is_fresh }: Ask): Promise<void> {
  const begun = performance.now();
  const holds = `${database} ${space}`;
  if (held !== holds) finder = new Finder();
  const isOther = held !== holds || is_fresh;
  if (isOther) finder.take(await cardsOf(database, space));
  held = holds;
  const found = finder.find(wish);
  const uses = isOther ? finder.uses() : undefined;
  postMessage({ n, found, uses, ms: performance.now() - begun } satisfies Answer);
}

async function cardsOf(name: string, space: string): Promise<Card[]> {
  const database = await openDB(name);
  try {
    const step = database.transaction(['records', 'bytes']);
    const alive = step.objectStore('records').index('kind');
    const [observations, photos, people, waiting] = await Promise.all([
      alive.getAll([space, 'observation', 0]) as Promise<Row<Observation>[]>,
      alive.getAll([space, 'photo', 0]) as Promise<Row<Photo>[]>,
      alive.getAll([space, 'participant', 0]) as Promise<Row<Participant>[]>,
      step.objectStore('bytes').index('state').getAllKeys('waiting'),
    ]);
    const ids = idsByName(people.map(({ id, data }) => ({ id, name: data.name })));
    return cards(observations, photos, new Set(waiting as string[]), ids);
  } finally {
    database.close();
  }
}

function cards(observations: Row<Observation>[], photos: Row<Photo>[], waiting: Set<string>, ids: Map<string, string>): Card[] {
  const pictures = new Map<string, Row<Photo>[]>();
  for (const photo of photos) {
    const of = photo.data.observation_id;
    if (of) pictures.set(of, [...(pictures.get(of) ?? []), photo]);
  }
  return observations.map(({ id, at = 0, pending, data }) => {
    const own = pictures.get(id) ?? [];
    const { visit_id = null, focus_id = null, feeling = null, tags = [], question = '' } = data;
    const words = [data.text, data.thought, data.with_us, question, data.observer, ...tags, ...own.map((photo) => photo.data.caption)];
    return {
      id, at, observer: observerOf(data, ids), visit_id, focus_id, feeling, tags, question,
      is_unsent: pending > 0 || own.some((photo) => photo.pending > 0 || waiting.has(photo.id)),
      is_pictured: own.length > 0,
      text: words.filter(Boolean).join('\n'),
    };
  });
}
