import { beforeEach, expect, it } from 'vitest';
import { newId } from '../local/ids';
import { all } from '../local/records';
import { change, inverse } from '../sync/outbox';
import { takeAnswer } from '../sync/pull';
import { answerOf, freshPhone, observation, STUDY } from '../sync/stories';
import { alike, renaming, tagsOf } from './tags';

beforeEach(freshPhone);

const tags = async (): Promise<string[][]> => (await all(STUDY, 'observation')).map((one) => one.tags).sort();

it('counts tags, most used first', () => {
  const tagged = [['ovi'], ['kartta', 'ovi'], ['asiakas']].map((tags, n) => ({ id: `${n}`, space: STUDY, tags }));
  expect(tagsOf(tagged)).toEqual([{ name: 'ovi', n: 2 }, { name: 'asiakas', n: 1 }, { name: 'kartta', n: 1 }]);
});

it('notices spellings and forms of one tag', () => {
  const named = ['pohjakartta', 'Pohjakartta', 'pohja kartta', 'pohjakartat', 'opaste', 'opasteet', 'kassa', 'kaista'];
  const found = alike(named.map((name, n) => ({ name, n: 10 - n })));
  expect(found.map((group) => group.map((tag) => tag.name))).toEqual([
    ['pohjakartta', 'Pohjakartta', 'pohja kartta', 'pohjakartat'], ['opaste', 'opasteet'],
  ]);
});

it('merges tags over all observations in one step, and undoes it', async () => {
  const before = [['kartta'], ['kartat', 'ovi'], ['kartat', 'kartta'], ['ovi']];
  await takeAnswer(answerOf(before.map((tags) => observation(newId(), 4, { tags })), 4));
  const changes = renaming(await all(STUDY, 'observation'), ['kartat', 'kartta'], 'kartta');
  expect(changes).toHaveLength(2);
  const back = await inverse(changes);
  await change(changes);
  expect(await tags()).toEqual([['kartta'], ['kartta'], ['kartta', 'ovi'], ['ovi']]);
  await change(back);
  expect(await tags()).toEqual([...before].sort());
});
