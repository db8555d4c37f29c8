import { beforeEach, expect, it } from 'vitest';
import { newId } from '../local/ids';
import { all } from '../local/records';
import { nextBatch } from '../sync/push';
import { freshPhone, STUDY } from '../sync/stories';
import { keepAnswer, saveAnswers } from './answering';

const ME = newId();

beforeEach(freshPhone);

async function typed(text: string): Promise<void> {
  for (let n = 1; n <= text.length; n += 1) await keepAnswer(STUDY, 'best', text.slice(0, n));
}

it('sends one change, however many letters there were', async () => {
  await typed('Kartta');
  expect(await nextBatch()).toEqual([]);
  await saveAnswers(STUDY, ME);
  await saveAnswers(STUDY, ME);
  expect(await nextBatch()).toMatchObject([{ kind: 'reflection', set: { best: 'Kartta', author: ME } }]);
});

it('sends all questions together, and later only what is new', async () => {
  await typed('Kartta');
  await keepAnswer(STUDY, 'monday', 'Opaste');
  await saveAnswers(STUDY, ME);
  await typed('Kartta');
  await keepAnswer(STUDY, 'monday', 'Opaste ovelle');
  await saveAnswers(STUDY, ME);
  expect((await nextBatch()).map((op) => op.set)).toEqual([
    { best: 'Kartta', monday: 'Opaste', author: ME }, { monday: 'Opaste ovelle' },
  ]);
  expect(await all(STUDY, 'reflection')).toHaveLength(1);
});

it('lets an answer be emptied', async () => {
  await typed('K');
  await saveAnswers(STUDY, ME);
  await keepAnswer(STUDY, 'best', '');
  await saveAnswers(STUDY, ME);
  expect((await all(STUDY, 'reflection'))[0]!.best).toBe('');
});
