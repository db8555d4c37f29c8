import { expect, it } from 'vitest';
import { putBack, told, type Past } from './told';

const [SPACE, ID] = ['s', 'o'];
let n = 0;

function op(parts: Partial<Past>): Past {
  n += 1;
  const at = `2017-10-03T07:${String(n % 60).padStart(2, '0')}:00.000Z`;
  return { op_id: String(n), person: 'aino', at, received_at: at, rev: n, outcome: 'applied', set: {}, add: {}, remove: {}, ...parts };
}

it('tells the newest first, and leaves out what changed nothing', () => {
  const past = [
    op({ set: { text: 'Kartta', thought: '', feeling: null, author: 'aino' } }),
    op({ set: { text: 'Kartta ovella' }, person: 'liisa' }),
    op({ set: { text: 'Kartta ovella', author: 'aino' } }),
  ];
  const steps = told(past, { text: 'Kartta ovella' });
  expect(steps.map(({ person, what, lines }) => [person, what, lines.map(({ field, value, isNow }) => [field, value, isNow])])).toEqual([
    ['liisa', 'changed', [['text', 'Kartta ovella', true]]],
    ['aino', 'made', [['text', 'Kartta', false]]],
  ]);
});

it('tells of deleting, restoring, a clash and its end', () => {
  const past = [
    op({ set: { text: 'A' } }), op({ deleted: true }), op({ deleted: false }),
    op({ set: { text: 'B' }, outcome: 'conflict' }), op({ remove: { conflicts: ['4'] } }),
  ];
  expect(told(past, { text: 'A' }).map(({ what, isClash }) => [what, isClash])).toEqual([
    ['settled', false], ['changed', true], ['restored', false], ['deleted', false], ['made', false],
  ]);
});

it('puts an earlier value back as a change of that field alone, and nothing where it stands', () => {
  const [later, first] = told([op({ set: { text: 'A', feeling: 'works' } }), op({ set: { text: 'B' } })], { text: 'B', feeling: 'works' });
  const now = { text: 'B', feeling: 'works' };
  expect(later!.lines.map((line) => putBack(SPACE, ID, line, now))).toEqual([undefined]);
  expect(first!.lines.map((line) => putBack(SPACE, ID, line, now))).toEqual([
    { space: SPACE, kind: 'observation', id: ID, set: { text: 'A' } }, undefined,
  ]);
});

it('puts a pin back on the plan that it was set on', () => {
  const [first, second] = [{ x: 0.1, y: 0.2 }, { x: 0.3, y: 0.4 }];
  const past = [op({ set: { text: 'A', plan_id: 'ground' } }), op({ set: { pin: first } }), op({ set: { pin: second, plan_id: 'upper' } })];
  const now = { pin: second, plan_id: 'upper' };
  const [, earlier] = told(past, now);
  expect(putBack(SPACE, ID, earlier!.lines[0]!, now)).toMatchObject({ set: { pin: first, plan_id: 'ground' } });
});

it('puts back tags that were taken away and are not there again', () => {
  const now = { tags: ['ovi'] };
  const [taken] = told([op({ add: { tags: ['ovi', 'kartta'] } }), op({ remove: { tags: ['ovi', 'kartta'] } })], now);
  expect(putBack(SPACE, ID, taken!.lines[0]!, now)).toEqual({ space: SPACE, kind: 'observation', id: ID, add: { tags: ['kartta'] } });
});

it('does not believe a phone whose clock is wrong by years', () => {
  const received_at = '2017-10-03T07:00:00.000Z';
  const moments = ['2017-10-02T07:00:00.000Z', '2031-01-01T00:00:00.000Z', '1999-01-01T00:00:00.000Z', null];
  const steps = told(moments.map((at, i) => op({ at, received_at, set: { text: String(i) } })), {});
  expect(steps.reverse().map(({ at }) => at)).toEqual([moments[0], received_at, received_at, received_at]);
});
