import { beforeEach, expect, it } from 'vitest';
import { database } from '../local/db';
import { newId } from '../local/ids';
import { all, one } from '../local/records';
import { change, inverse, type Change } from './outbox';
import { nextBatch } from './push';
import { takeAnswer } from './pull';
import { answerOf, freshPhone, observation, STUDY } from './stories';

beforeEach(freshPhone);

const write = (id: string, set: Record<string, unknown>): Change => ({ space: STUDY, kind: 'observation', id, set });

it('shows a saved record at once and queues one op for it', async () => {
  const id = newId();
  await change([write(id, { text: 'Hyllyn pääty neuvoo' })]);
  const seen = await one(STUDY, 'observation', id);
  expect(seen).toMatchObject({ text: 'Hyllyn pääty neuvoo', rev: 0, pending: 1, tags: [], feeling: null });
  expect(await nextBatch()).toMatchObject([{ id, base_rev: 0, set: { text: 'Hyllyn pääty neuvoo' } }]);
});

it('writes all the changes or none', async () => {
  const cannotBeStored = { space: STUDY, kind: 'observation', id: undefined } as unknown as Change;
  await expect(change([write(newId(), { text: 'a' }), cannotBeStored])).rejects.toThrow();
  expect(await (await database()).count('records')).toBe(0);
  expect(await (await database()).count('outbox')).toBe(0);
});

it('keeps ops in the order they were made even when the clock is set back', async () => {
  const ids = [newId(), newId(), newId()];
  for (const id of ids) await change([write(id, { text: id })]);
  expect((await nextBatch()).map((op) => op.id)).toEqual(ids);
});

it('undoes a move, a tag and a deletion', async () => {
  const id = newId();
  await takeAnswer(answerOf([observation(id, 4, { tags: ['opasteet'], group_id: null })], 4));
  const steps: Change[] = [
    { space: STUDY, kind: 'observation', id, set: { group_id: 'g' } },
    { space: STUDY, kind: 'observation', id, add: { tags: ['opasteet', 'kartta'] } },
    { space: STUDY, kind: 'observation', id, deleted: true },
  ];
  for (const step of steps) {
    const back = await inverse([step]);
    await change([step]);
    await change(back);
    expect(await one(STUDY, 'observation', id)).toMatchObject({ tags: ['opasteet'], group_id: null });
  }
});

it('gives both texts back when the settling of a clash is undone', async () => {
  const id = newId();
  const clash = { op_id: newId(), field: 'text', text: 'minun', person: 'p', at: '2017-10-03T07:00:00Z' };
  await takeAnswer(answerOf([observation(id, 4, { text: 'toisen', conflicts: [clash] })], 4));
  const settle: Change = { space: STUDY, kind: 'observation', id, set: { text: 'minun' }, remove: { conflicts: [clash.op_id] } };
  const back = await inverse([settle]);
  await change([settle]);
  await change(back);
  expect(await one(STUDY, 'observation', id)).toMatchObject({ text: 'toisen\n\nminun', conflicts: [] });
});

it('undoes a creation by deleting', async () => {
  const step = write(newId(), { text: 'x' });
  const back = await inverse([step]);
  await change([step]);
  await change(back);
  expect(await all(STUDY, 'observation')).toEqual([]);
});

it('sends no more bytes at once than the server takes, and always at least one op', async () => {
  for (let n = 0; n < 12; n++) await change([write(newId(), { text: 'ä'.repeat(50_000) })]);
  const batch = await nextBatch();
  expect(JSON.stringify(batch).length).toBeLessThan(900_000);
  expect(batch).toHaveLength(8);
  expect(await nextBatch(3)).toHaveLength(3);
});

it('lists observations newest first and the rest by position', async () => {
  await change([
    { space: STUDY, kind: 'observation', id: newId(), set: { text: 'vanha', observed_at: '2017-10-03T10:00:00+03:00' } },
    { space: STUDY, kind: 'observation', id: newId(), set: { text: 'uusi', observed_at: '2017-10-03T09:00:00Z' } },
    { space: STUDY, kind: 'focus', id: newId(), set: { name: 'toinen', position: 2 } },
    { space: STUDY, kind: 'focus', id: newId(), set: { name: 'ensimmäinen', position: 1 } },
  ]);
  expect((await all(STUDY, 'observation')).map((seen) => seen.text)).toEqual(['uusi', 'vanha']);
  expect((await all(STUDY, 'focus')).map((seen) => seen.name)).toEqual(['ensimmäinen', 'toinen']);
});
