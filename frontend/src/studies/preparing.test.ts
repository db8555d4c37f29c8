import { beforeEach, describe, expect, it } from 'vitest';
import { database } from '../local/db';
import { all } from '../local/records';
import { freshPhone } from '../sync/stories';
import { add, addPlan, assign, edit, MOST_QUESTIONS, withQuestion } from './preparing';

const space = 'study';

beforeEach(freshPhone);

describe('withQuestion', () => {
  it('writes one anew, adds one at the end, and drops the one that was emptied', () => {
    expect(withQuestion(['a', 'b'], 1, ' c ')).toEqual(['a', 'c']);
    expect(withQuestion(['a'], 1, 'b')).toEqual(['a', 'b']);
    expect(withQuestion(['a', 'b'], 0, ' ')).toEqual(['b']);
  });

  it('never has more than five', () => {
    const full = ['1', '2', '3', '4', '5'];
    expect(withQuestion(full, 5, '6')).toHaveLength(MOST_QUESTIONS);
  });
});

describe('foci', () => {
  it('come after one another and are given to people and taken away', async () => {
    await add(space, 'focus', []);
    const id = await add(space, 'focus', await all(space, 'focus'));
    await edit(space, 'focus', id, { name: 'Kohtaaminen' });
    const [, second] = await all(space, 'focus');
    expect(second).toMatchObject({ id, name: 'Kohtaaminen', position: 2, people: [] });
    await assign(second!, 'focus', 'amira');
    const [, given] = await all(space, 'focus');
    expect(given?.people).toEqual(['amira']);
    await assign(given!, 'focus', 'amira');
    expect((await all(space, 'focus'))[1]?.people).toEqual([]);
  });
});

describe('addPlan', () => {
  it('makes the plan, its photo and the sending of its bytes in one step', async () => {
    const bytes = { id: 'p', space, person: '', type: 'image/jpeg', buffer: new ArrayBuffer(3), sha256: 'f'.repeat(64) };
    await (await database()).put('bytes', { ...bytes, state: 'draft' });
    const picture = { id: 'p', sha256: bytes.sha256, width: 4, height: 3, size: 3, caption: '', people: 'unanswered', is_new: true } as const;
    await addPlan(space, picture, 'Pohjakartta', []);
    const [plan] = await all(space, 'plan');
    const [photo] = await all(space, 'photo');
    expect(plan).toMatchObject({ title: 'Pohjakartta', photo_id: 'p', position: 1 });
    expect(photo).toMatchObject({ id: 'p', plan_id: plan!.id, observation_id: null, people: 'none', width: 4 });
    expect((await (await database()).get('bytes', 'p'))?.state).toBe('waiting');
    expect(await (await database()).count('outbox')).toBe(2);
  });
});
