import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { database, write, type Bytes } from '../local/db';
import { newId } from '../local/ids';
import { change } from '../sync/outbox';
import { takeAnswer } from '../sync/pull';
import { nextBatch } from '../sync/push';
import { answered, answerOf, freshPhone, observation, STUDY } from '../sync/stories';
import { refusedHere, refusedOf, throwAway } from './refused';

beforeEach(freshPhone);
afterEach(() => void vi.restoreAllMocks());

/** A picture; usually one whose bytes the server could not take. */
async function addPicture(state: Bytes['state'] = 'aside'): Promise<string> {
  const id = newId();
  const bytes: Bytes = {
    id, space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(400_000), sha256: 'ab', state,
    problem: { code: 'photo_damaged' },
  };
  await write(['bytes', 'thumbs'], async (step) => {
    await step.objectStore('bytes').put(bytes);
    await step.objectStore('thumbs').put({ id, type: 'image/jpeg', buffer: new ArrayBuffer(1000) });
  });
  return id;
}

it('reads no picture but those it is asked for', async () => {
  const first = await addPicture();
  await addPicture();
  const many = vi.spyOn(IDBIndex.prototype, 'getAll');
  const single = vi.spyOn(IDBObjectStore.prototype, 'get');
  expect(await refusedHere()).toHaveLength(2);
  single.mockClear();
  expect(await refusedOf(STUDY, [first])).toEqual({ ops: [], pictures: [{ id: first, problem: { code: 'photo_damaged' } }] });
  expect(many.mock.contexts.map((index) => (index as IDBIndex).objectStore.name)).not.toContain('bytes');
  expect(single.mock.calls).toEqual([[first]]);
});

it('finds the changes to the records that it is asked for, and to no others', async () => {
  const [mine, other] = [newId(), newId()];
  await change([mine, other, mine].map((id) => ({ space: STUDY, kind: 'observation', id, set: { text: id } })));
  const refused = await nextBatch(2);
  await takeAnswer({ ...answerOf([], 0), outcomes: refused.map(({ op_id }) => ({ op_id, outcome: 'rejected', rev: null })) });
  expect(await refusedHere()).toEqual([mine, other].map((id) => ({ id, space: STUDY })));
  expect((await refusedOf(STUDY, [mine])).ops.map(({ op_id }) => op_id)).toEqual([refused[0]!.op_id]);
});

it('deletes a picture with its bytes, so that nobody waits for it', async () => {
  const id = await addPicture();
  const photo = { ...observation(id, 3), kind: 'photo' as const, observation_id: 'o', is_received: false };
  await takeAnswer(answerOf([photo], 3));
  await throwAway(STUDY, await refusedOf(STUDY, [id]));
  const db = await database();
  expect([await db.count('bytes'), await db.count('thumbs')]).toEqual([0, 0]);
  expect(await nextBatch()).toMatchObject([{ id, kind: 'photo', deleted: true }]);
});

it('keeps the record of a picture that the server has from elsewhere, and of one that it never had nothing', async () => {
  const id = await addPicture();
  const photo = { ...observation(id, 3), kind: 'photo' as const, observation_id: 'o', is_received: true };
  await takeAnswer(answerOf([photo], 3));
  await throwAway(STUDY, await refusedOf(STUDY, [id]));
  expect(await nextBatch()).toEqual([]);

  const unknown = await addPicture('waiting');
  await change([{ space: STUDY, kind: 'photo', id: unknown, set: { observation_id: 'o' } }]);
  await answered('rejected', 0);
  await throwAway(STUDY, await refusedOf(STUDY, [unknown]));
  const db = await database();
  expect([await db.count('bytes'), await db.count('thumbs'), await db.count('outbox')]).toEqual([0, 0, 0]);
  expect(await db.getAllKeys('records')).toEqual([[STUDY, id]]);
});
