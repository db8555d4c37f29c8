import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { databaseName } from '../local/db';
import { newId } from '../local/ids';
import { takeAnswer } from '../sync/pull';
import { answerOf, freshPhone, observation, STUDY } from '../sync/stories';
import type { Answer, Ask, Failed } from './finder.worker';
import { NO_WISH } from './kept';

let listen: (event: { data: Ask }) => void;
let hear: (told: Answer | Failed) => void;

/** The worker's own globals, and what it says on the page's side. */
beforeAll(async () => {
  vi.stubGlobal('addEventListener', (_type: string, listener: typeof listen) => (listen = listener));
  vi.stubGlobal('postMessage', (told: Answer | Failed) => hear(told));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await import('./finder.worker');
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function ask(database: string): Promise<Answer | Failed> {
  return new Promise((resolve) => {
    hear = resolve;
    listen({ data: { n: 1, database, space: STUDY, wish: { ...NO_WISH, words: '', is_pictured: false }, is_fresh: false } });
  });
}

it('says that it could not read, makes no database of somebody who has signed out, and reads anew when asked again', async () => {
  await freshPhone();
  await takeAnswer(answerOf([observation(newId(), 1)], 1));
  expect(await ask(databaseName())).toMatchObject({ hits: { places: { length: 1 } } });
  vi.stubGlobal('WorkerGlobalScope', class {});
  expect(await ask('benchmark-left')).toEqual({ n: 1, is_failed: true });
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('benchmark-left');
  expect(await ask(databaseName())).toMatchObject({ hits: { places: { length: 1 } }, entries: { length: 1 } });
});
