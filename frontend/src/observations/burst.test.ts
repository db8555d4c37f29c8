import { beforeEach, expect, it } from 'vitest';
import { remember } from '../local/db';
import { change } from '../sync/outbox';
import { freshPhone } from '../sync/stories';
import { withoutWords } from './burst';

const space = 'study';
const observation = (id: string, text = '') => ({ space, kind: 'observation' as const, id, set: { text } });

beforeEach(async () => {
  await freshPhone();
  await remember(`without words ${space}`, ['b', 'a', 'c', 'gone']);
  await change([observation('a'), observation('b'), observation('c', 'Kartta ovella'), observation('other')]);
});

it('asks for words where there are none, in the order of taking', async () => {
  expect((await withoutWords(space)).map((one) => one.id)).toEqual(['b', 'a']);
});

it('does not ask again once there are words, or when the picture was deleted', async () => {
  await change([observation('b', 'Hylly'), { space, kind: 'observation', id: 'a', deleted: true }]);
  expect(await withoutWords(space)).toEqual([]);
});
