import { beforeEach, expect, it } from 'vitest';
import { onChanges } from '../local/changes';
import { database, openDatabase } from '../local/db';
import { newId } from '../local/ids';
import { all, one } from '../local/records';
import { change } from './outbox';
import { cursors, takeAnswer } from './pull';
import { nextBatch } from './push';
import { answered, answerOf, freshPhone, observation, STUDY } from './stories';

beforeEach(freshPhone);

it('lays pending changes over what is pulled', async () => {
  const id = newId();
  await takeAnswer(answerOf([observation(id, 1, { tags: ['a'] })], 1));
  await change([{ space: STUDY, kind: 'observation', id, set: { text: 'minun' }, add: { tags: ['b'] } }]);
  await takeAnswer(answerOf([observation(id, 4, { text: 'toisen', thought: 'uusi ajatus', tags: ['a', 'c'] })], 4));
  expect(await one(STUDY, 'observation', id)).toMatchObject({ text: 'minun', thought: 'uusi ajatus', tags: ['a', 'b', 'c'], rev: 4 });
});

it('remembers how far it has seen, together with what it saw', async () => {
  const page = { changes: [observation(newId(), 3)], cursor: '3:x', rev: 9, more: true };
  expect(await takeAnswer({ ...answerOf([], 9), spaces: { [STUDY]: page } })).toBe(true);
  expect(await cursors()).toEqual({ [STUDY]: '3:x' });
});

it('hides what is deleted elsewhere', async () => {
  const id = newId();
  await takeAnswer(answerOf([observation(id, 1)], 1));
  await takeAnswer(answerOf([{ kind: 'observation', id, rev: 2, deleted: true }], 2));
  expect(await all(STUDY, 'observation')).toEqual([]);
});

it('removes a study that is no longer mine but keeps what I had not sent', async () => {
  const [seen, mine] = [newId(), newId()];
  await takeAnswer(answerOf([observation(seen, 1)], 1));
  await change([{ space: STUDY, kind: 'observation', id: mine, set: { text: 'lähettämättä' } }]);
  await takeAnswer({ ...answerOf([], 1), spaces: {}, gone: [STUDY] });
  expect(await cursors()).toEqual({});
  expect((await (await database()).getAll('records')).map((row) => row.id)).toEqual([mine]);
  expect(await (await database()).getAll('outbox')).toMatchObject([{ state: 'aside', problem: { code: 'not_found' } }]);
});

it('sends again, after a restore, what the backup did not have', async () => {
  const [old, mine, theirs] = [newId(), newId(), newId()];
  await takeAnswer(answerOf([observation(old, 10)], 10));
  await change([{ space: STUDY, kind: 'observation', id: old, set: { text: 'ennen varmuuskopiota' } }]);
  await answered('applied', 20);
  await change([{ space: STUDY, kind: 'observation', id: mine, set: { text: 'kopion jälkeen' } }]);
  const [lost] = await answered('applied', 31);
  await takeAnswer(answerOf([observation(theirs, 32)], 32));
  await change([{ space: STUDY, kind: 'observation', id: mine, set: { text: 'vielä lähettämättä' } }]);

  const isMore = await takeAnswer(answerOf([observation(old, 20, { text: 'ennen varmuuskopiota' })], 25, { epoch: 'second' }));

  expect(isMore).toBe(true);
  const batch = await nextBatch();
  expect(batch.map((op) => [op.id, op.set.text])).toEqual([[mine, 'kopion jälkeen'], [mine, 'vielä lähettämättä']]);
  expect(batch[0]!.op_id).toBe(lost!.op_id);
  expect((await all(STUDY, 'observation')).map((seen) => seen.text)).toEqual(['vielä lähettämättä', 'ennen varmuuskopiota']);
  expect(await one(STUDY, 'observation', theirs)).toBeUndefined();
});

it('does not say after a restore that it had seen what the new epoch counts anew', async () => {
  const [waiting, seen] = [newId(), newId()];
  await takeAnswer(answerOf([waiting, seen].map((id) => observation(id, 31)), 31));
  await change([{ space: STUDY, kind: 'observation', id: waiting, set: { text: 'odotti jo' } }]);
  const page = { changes: [], cursor: null, rev: 0, more: true };
  await takeAnswer({ ...answerOf([], 0, { epoch: 'second' }), spaces: { [STUDY]: page } });
  await change([{ space: STUDY, kind: 'observation', id: seen, set: { text: 'kesken hakemisen' } }]);
  expect((await nextBatch()).map((op) => [op.id, op.base_rev])).toEqual([[waiting, 0], [seen, 0]]);
});

it('keeps showing what it has until a fresh pull over several pages is whole', async () => {
  const [first, second, dropped] = [newId(), newId(), newId()];
  await takeAnswer(answerOf([first, second, dropped].map((id) => observation(id, 5)), 5));
  const page = { changes: [observation(first, 1)], cursor: '1', rev: 2, more: true, resync: true };
  await takeAnswer({ ...answerOf([], 2), spaces: { [STUDY]: page } });
  expect(await all(STUDY, 'observation')).toHaveLength(3);
  await takeAnswer(answerOf([observation(second, 2)], 2));
  expect((await all(STUDY, 'observation')).map((seen) => seen.id).sort()).toEqual([first, second].sort());
});

it('sends photo bytes again when the server lost them', async () => {
  const id = newId();
  const buffer = new ArrayBuffer(3);
  await (await database()).put('bytes', { id, space: STUDY, type: 'image/jpeg', buffer, sha256: 'aa', state: 'sent', sent_at: 1 });
  await takeAnswer(answerOf([{ kind: 'photo', id, rev: 3, is_received: false }], 3));
  expect(await (await database()).get('bytes', id)).toMatchObject({ state: 'waiting' });
});

it('keeps the pictures of a study that a restored server does not have, with what it refuses of it', async () => {
  const id = newId();
  await takeAnswer(answerOf([{ kind: 'photo', id, rev: 3, is_received: true }], 3));
  const buffer = new ArrayBuffer(3);
  await (await database()).put('bytes', { id, space: STUDY, type: 'image/jpeg', buffer, sha256: 'aa', state: 'sent', sent_at: 1 });
  await takeAnswer({ ...answerOf([], 0, { epoch: 'second' }), spaces: {}, gone: [STUDY] });
  expect(await (await database()).get('bytes', id)).toMatchObject({ state: 'waiting' });
});

it('bothers no screen with an answer that says nothing new', async () => {
  await takeAnswer(answerOf([observation(newId(), 1)], 1));
  const told: string[] = [];
  const stop = onChanges((tables) => told.push(...tables));
  expect(await takeAnswer(answerOf([], 1))).toBe(false);
  expect(told).toEqual([]);
  await takeAnswer(answerOf([], 2));
  expect(await cursors()).toEqual({ [STUDY]: '2' });
  expect(told).toContain('records');
  stop();
});

it('takes hundreds of records, and what was stopped in the middle of them again', async () => {
  const ids = Array.from({ length: 250 }, newId).reverse();
  const whole = answerOf(ids.map((id, n) => observation(id, 2 + n)), 251);
  await takeAnswer(answerOf([], 1));
  await change([{ space: STUDY, kind: 'observation', id: ids[240]!, set: { text: 'minun' } }]);
  // What cannot be stored stops it, as a full disk or a closed tab would.
  const cut = { ...observation(ids[200]!, 202), thought: (() => '') as unknown as string };
  const broken = answerOf([...whole.spaces[STUDY]!.changes.slice(0, 200), cut], 251);
  await expect(takeAnswer(broken)).rejects.toThrow();
  expect(await cursors()).toEqual({ [STUDY]: '1' });
  await takeAnswer(whole);
  expect(await all(STUDY, 'observation')).toHaveLength(250);
  expect(await one(STUDY, 'observation', ids[240]!)).toMatchObject({ text: 'minun', pending: 1, rev: 242 });
  expect(await cursors()).toEqual({ [STUDY]: '251' });
});

it('writes the rest of a long answer nowhere when somebody else comes to use the phone in the middle of it', async () => {
  await takeAnswer(answerOf([], 1));
  const mine = await database();
  const taking = takeAnswer(answerOf(Array.from({ length: 300 }, () => observation(newId(), 2)), 2));
  while (!(await mine.count('records'))) continue;
  openDatabase(newId());
  await expect(taking).rejects.toThrow();
  expect([await cursors(), await (await database()).count('records')]).toEqual([{}, 0]);
});
