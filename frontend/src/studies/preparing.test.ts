import { beforeEach, describe, expect, it } from 'vitest';
import { database } from '../local/db';
import { all } from '../local/records';
import { mapped, toCorners, type Corners } from '../plans/homography';
import { change } from '../sync/outbox';
import { freshPhone } from '../sync/stories';
import { undoLast } from '../ui/undo.svelte';
import { add, addPlan, assign, edit, MOST_QUESTIONS, replacePicture, withQuestion } from './preparing';

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
    const bytes = { id: 'p', space, type: 'image/jpeg', buffer: new ArrayBuffer(3), sha256: 'f'.repeat(64) };
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

describe('replacePicture', () => {
  const corners: Corners = [{ x: 0.1, y: 0.2 }, { x: 0.8, y: 0.1 }, { x: 0.95, y: 0.9 }, { x: 0.05, y: 0.7 }];
  const straight = { id: 'q', sha256: 'e'.repeat(64), width: 4, height: 3, size: 3, caption: '', people: 'unanswered', is_new: true } as const;
  const pins = { inside: { x: 0.4, y: 0.5 }, outside: { x: 0.01, y: 0.01 } };

  async function pinnedPlan() {
    await addPlan(space, { ...straight, id: 'p' }, 'Pohjakartta', []);
    const [plan] = await all(space, 'plan');
    for (const [id, pin] of Object.entries(pins)) await change([{ space, kind: 'observation', id, set: { plan_id: plan!.id, pin } }]);
    await change([{ space, kind: 'observation', id: 'elsewhere', set: { plan_id: 'another', pin: pins.inside } }]);
    return plan!;
  }

  const pinOf = async (id: string) => (await all(space, 'observation')).find((one) => one.id === id)!.pin!;

  it('takes every pin of the plan along to the same place of the room', async () => {
    await replacePicture(await pinnedPlan(), straight, corners);
    const there = mapped(toCorners(corners), await pinOf('inside'));
    expect(there.x).toBeCloseTo(pins.inside.x, 2);
    expect(there.y).toBeCloseTo(pins.inside.y, 2);
    expect(await pinOf('outside')).toEqual({ x: 0, y: 0 });
    expect(await pinOf('elsewhere')).toEqual(pins.inside);
  });

  it('is undone in one step: the picture and all pins are as before', async () => {
    const plan = await pinnedPlan();
    await replacePicture(plan, straight, corners);
    expect((await all(space, 'plan'))[0]!.photo_id).toBe('q');
    await undoLast();
    expect((await all(space, 'plan'))[0]!.photo_id).toBe('p');
    expect([await pinOf('inside'), await pinOf('outside')]).toEqual([pins.inside, pins.outside]);
    expect((await all(space, 'photo')).map(({ id }) => id)).toEqual(['p']);
  });
});
