import { beforeEach, expect, it } from 'vitest';
import { database } from '../local/db';
import { newId } from '../local/ids';
import { one } from '../local/records';
import { change, discardAside } from './outbox';
import { takeAnswer } from './pull';
import { nextBatch } from './push';
import { answered, answerOf, freshPhone, observation, STUDY } from './stories';

const id = newId();
const write = (set: Record<string, unknown>) => change([{ space: STUDY, kind: 'observation', id, set }]);
const seen = () => one(STUDY, 'observation', id);

beforeEach(freshPhone);

it('takes an op off only when an outcome names it', async () => {
  await write({ text: 'ensin' });
  await write({ text: 'sitten' });
  const [first] = await nextBatch();
  await takeAnswer({ ...answerOf([], 7), outcomes: [{ op_id: first!.op_id, outcome: 'applied', rev: 7 }] });
  expect(await seen()).toMatchObject({ text: 'sitten', rev: 7, pending: 1 });
  await answered('applied', 8);
  expect(await seen()).toMatchObject({ text: 'sitten', rev: 8, pending: 0 });
  expect(await (await database()).count('outbox')).toBe(0);
});

it('counts a repeated op as what it was the first time', async () => {
  await write({ text: 'x' });
  await answered('duplicate', 3, { first: 'rejected', problem: { code: 'invalid_field' } });
  expect(await seen()).toMatchObject({ text: 'x', pending: 0, aside: 1 });
});

it('does not lay an op over a record again that came with it, and with what somebody wrote after it', async () => {
  await takeAnswer(answerOf([observation(id, 2)], 2));
  await write({ text: 'minun' });
  await takeAnswer(answerOf([observation(id, 5, { text: 'toisen' })], 5));
  expect(await seen()).toMatchObject({ text: 'minun', pending: 1 });
  await answered('duplicate', 4, { first: 'applied' });
  expect(await seen()).toMatchObject({ text: 'toisen', rev: 5, pending: 0 });
});

it('shows all of what it wrote when it hears of it late', async () => {
  await write({ text: 'ensin' });
  await write({ thought: 'sitten' });
  await answered('duplicate', 3, { first: 'applied' });
  expect(await seen()).toMatchObject({ text: 'ensin', thought: 'sitten', rev: 3, pending: 0 });
});

it('keeps a refused op in sight, and sends it again with the next edit', async () => {
  await write({ text: 'liian pitkä', thought: 'ajatus' });
  await answered('rejected', 0, { rev: null, problem: { code: 'text_too_long' } });
  expect(await seen()).toMatchObject({ text: 'liian pitkä', aside: 1 });
  expect(await nextBatch()).toEqual([]);

  await write({ text: 'lyhyt' });
  expect(await seen()).toMatchObject({ text: 'lyhyt', thought: 'ajatus', aside: 0, pending: 1 });
  expect(await nextBatch()).toMatchObject([{ set: { text: 'lyhyt', thought: 'ajatus' } }]);
});

it('throws a refused change away only on request, and returns to what the server has', async () => {
  await takeAnswer(answerOf([observation(id, 2)], 2));
  await write({ text: 'minun' });
  await answered('rejected', 0, { rev: null, problem: { code: 'not_allowed' } });
  await discardAside(STUDY, id);
  expect(await seen()).toMatchObject({ text: 'Kartta ovella', aside: 0 });
  expect(await (await database()).count('outbox')).toBe(0);
});

it('keeps the text of a change to something that was deleted elsewhere', async () => {
  await takeAnswer(answerOf([observation(id, 2)], 2));
  await write({ text: 'muutos' });
  const [op] = await nextBatch();
  const deleted = { kind: 'observation' as const, id, rev: 5, deleted: true };
  await takeAnswer({ ...answerOf([deleted], 5), outcomes: [{ op_id: op!.op_id, outcome: 'deleted', rev: 5 }] });
  expect(await seen()).toBeUndefined();
  expect(await (await database()).getAll('outbox')).toMatchObject([{ state: 'aside', problem: { code: 'deleted' }, op: { set: { text: 'muutos' } } }]);

  await change([{ space: STUDY, kind: 'observation', id, deleted: false }]);
  expect(await seen()).toMatchObject({ text: 'muutos', pending: 1, aside: 0 });
});

it('claims to have seen no more than when it was written, of what is sent again after others have changed and deleted it', async () => {
  await takeAnswer(answerOf([observation(id, 10)], 10));
  await write({ text: 'minun' });
  const [op] = await nextBatch();
  const tombstone = { kind: 'observation' as const, id, rev: 13, deleted: true };
  await takeAnswer({ ...answerOf([tombstone], 13), outcomes: [{ op_id: op!.op_id, outcome: 'deleted', rev: 13 }] });
  await change([{ space: STUDY, kind: 'observation', id, deleted: false }]);
  expect(await nextBatch()).toMatchObject([{ base_rev: 10, set: { text: 'minun' }, deleted: false }]);
});

it('shows both texts after a clash, and settles it', async () => {
  await takeAnswer(answerOf([observation(id, 2)], 2));
  await write({ text: 'minun' });
  const [op] = await nextBatch();
  const clash = { op_id: op!.op_id, field: 'text', text: 'minun', person: 'p', at: '2017-10-03T07:00:00Z' };
  const echo = observation(id, 6, { text: 'toisen', conflicts: [clash] });
  await takeAnswer({ ...answerOf([echo], 6), outcomes: [{ op_id: op!.op_id, outcome: 'conflict', rev: 6 }] });
  expect(await seen()).toMatchObject({ text: 'toisen', conflicts: [clash], pending: 0 });

  await change([{ space: STUDY, kind: 'observation', id, set: { text: 'minun' }, remove: { conflicts: [op!.op_id] } }]);
  expect(await seen()).toMatchObject({ text: 'minun', conflicts: [], pending: 1 });
});

it('lets go of what was answered longer ago than the server remembers deletions, by the clock of the server', async () => {
  const after = (days: number) => new Date(Date.UTC(2017, 9, 3) + days * 24 * 3600_000).toISOString();
  const kept = async () => (await (await database()).getAll('answered')).flatMap(({ changes }) => changes.map((one) => one.op.set.text));
  for (const days of [0, 1, 300]) {
    await write({ text: `päivä ${days}` });
    const [op] = await nextBatch();
    await takeAnswer({ ...answerOf([], days + 1, { now: after(days) }), outcomes: [{ op_id: op!.op_id, outcome: 'applied', rev: days + 1 }] });
  }
  await takeAnswer(answerOf([], 400, { now: after(400) }));
  expect(await kept()).toEqual(['päivä 0', 'päivä 1', 'päivä 300']);
  await takeAnswer(answerOf([], 401, { now: after(400.5) }));
  expect(await kept()).toEqual(['päivä 1', 'päivä 300']);
  await takeAnswer(answerOf([], 402, { now: '' }));
  expect(await kept()).toHaveLength(2);
});

it('takes hundreds of outcomes at once just as it takes them one after another', async () => {
  const ids = Array.from({ length: 90 }, newId);
  const said = ['applied', 'rejected', 'merged', 'deleted', 'conflict', 'duplicate'] as const;
  /** Three ops on each record, one round of them after another, so that those of one record lie far apart. */
  const outcomes = Array.from({ length: 270 }, (_, n) => ({ outcome: said[n % 7 % 6]!, rev: 1 + Math.floor(n / 90) }));
  const story = async (isAtOnce: boolean) => {
    await freshPhone();
    await takeAnswer(answerOf([], 0));
    for (const text of ['yksi', 'kaksi', 'kolme']) {
      await change(ids.map((one) => ({ space: STUDY, kind: 'observation' as const, id: one, set: { [text]: text }, add: { tags: [text] } })));
    }
    const all = (await nextBatch()).map(({ op_id }, n) => ({ op_id, ...outcomes[n]! }));
    for (const some of isAtOnce ? [all] : all.map((one) => [one])) await takeAnswer({ ...answerOf([], 3), outcomes: some });
    const db = await database();
    const plain = (rows: { op: { op_id: string; at: string } }[]) => rows.map((row) => ({ ...row, op_id: '', op: { ...row.op, op_id: '', at: '' } }));
    return [await db.getAll('records'), plain(await db.getAll('outbox')), plain((await db.getAll('answered')).flatMap(({ changes }) => changes))];
  };
  const oneByOne = await story(false);
  expect(oneByOne.map((rows) => rows.length)).toEqual([90, 78, 192]);
  expect(await story(true)).toEqual(oneByOne);
});
