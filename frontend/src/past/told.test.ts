import { expect, it } from 'vitest';
import type { Fields } from '../local/db';
import { putBack, told, type Past } from './told';
import { TOLD } from './values';

const OBSERVATION = { space: 's', kind: 'observation', id: 'o' } as const;
let n = 0;

function op(parts: Partial<Past>): Past {
  n += 1;
  const at = `2017-10-03T07:${String(n % 60).padStart(2, '0')}:00.000Z`;
  return { op_id: String(n), person: 'aino', at, received_at: at, rev: n, outcome: 'applied', set: {}, add: {}, remove: {}, ...parts };
}

const steps = (past: Past[], now: Fields) => told(past, TOLD.observation, now);

it('tells the newest first, and leaves out what changed nothing', () => {
  const past = [
    op({ set: { text: 'Kartta', thought: '', feeling: null, author: 'aino' } }),
    op({ set: { text: 'Kartta ovella' }, person: 'liisa' }),
    op({ set: { text: 'Kartta ovella', author: 'aino' } }),
  ];
  expect(steps(past, { text: 'Kartta ovella' }).map(({ person, what, lines }) => [person, what, lines.map(({ field, value, isNow }) => [field, value, isNow])])).toEqual([
    ['liisa', 'changed', [['text', 'Kartta ovella', true]]],
    ['aino', 'made', [['text', 'Kartta', false]]],
  ]);
});

it('tells of deleting, restoring, a clash and its end', () => {
  const past = [
    op({ set: { text: 'A' } }), op({ deleted: true }), op({ deleted: false }),
    op({ set: { text: 'B' }, outcome: 'conflict' }), op({ remove: { conflicts: ['4'] } }),
  ];
  expect(steps(past, { text: 'A' }).map(({ what, isClash }) => [what, isClash])).toEqual([
    ['settled', false], ['changed', true], ['restored', false], ['deleted', false], ['made', false],
  ]);
});

it('puts an earlier value back as a change of that field alone, and nothing where it stands', () => {
  const [later, first] = steps([op({ set: { text: 'A', feeling: 'works' } }), op({ set: { text: 'B' } })], { text: 'B', feeling: 'works' });
  const now = { text: 'B', feeling: 'works' };
  expect(later!.lines.map((line) => putBack(OBSERVATION, line, now))).toEqual([undefined]);
  expect(first!.lines.map((line) => putBack(OBSERVATION, line, now))).toEqual([
    { ...OBSERVATION, set: { text: 'A' } }, undefined,
  ]);
});

it('puts a pin back on the plan that it was set on', () => {
  const [first, second] = [{ x: 0.1, y: 0.2 }, { x: 0.3, y: 0.4 }];
  const past = [op({ set: { text: 'A', plan_id: 'ground' } }), op({ set: { pin: first } }), op({ set: { pin: second, plan_id: 'upper' } })];
  const now = { pin: second, plan_id: 'upper' };
  const [, earlier] = steps(past, now);
  expect(putBack(OBSERVATION, earlier!.lines[0]!, now)).toMatchObject({ set: { pin: first, plan_id: 'ground' } });
});

it('puts back tags that were taken away and are not there again', () => {
  const now = { tags: ['ovi'] };
  const [taken] = steps([op({ add: { tags: ['ovi', 'kartta'] } }), op({ remove: { tags: ['ovi', 'kartta'] } })], now);
  expect(putBack(OBSERVATION, taken!.lines[0]!, now)).toEqual({ ...OBSERVATION, add: { tags: ['kartta'] } });
});

it('does not believe a phone whose clock is wrong by years', () => {
  const received_at = '2017-10-03T07:00:00.000Z';
  const moments = ['2017-10-02T07:00:00.000Z', '2031-01-01T00:00:00.000Z', '1999-01-01T00:00:00.000Z', null];
  const told = steps(moments.map((at, i) => op({ at, received_at, set: { text: String(i) } })), {});
  expect(told.reverse().map(({ at }) => at)).toEqual([moments[0], received_at, received_at, received_at]);
});

it('puts the hours of a visit back together, so that it does not end before it begins', () => {
  const visit = { space: 's', kind: 'visit', id: 'v' } as const;
  const [morning, evening] = [{ starts_at: '2017-10-03T09:00', ends_at: '2017-10-03T10:00' }, { starts_at: '2017-10-03T17:00', ends_at: null }];
  const [, first] = told([op({ set: morning }), op({ set: evening })], TOLD.visit, evening);
  expect(first!.lines.map((line) => putBack(visit, line, evening))).toEqual([{ ...visit, set: morning }, { ...visit, set: morning }]);
});

it('tells who came to a focus and who went, and puts those who went back', () => {
  const focus = { space: 's', kind: 'focus', id: 'f' } as const;
  const past = [op({ set: { name: 'Opasteet' }, add: { people: ['aino'] } }), op({ remove: { people: ['aino'] } })];
  const [taken] = told(past, TOLD.focus, { people: [] });
  expect(putBack(focus, taken!.lines[0]!, { people: [] })).toEqual({ ...focus, add: { people: ['aino'] } });
});

it('takes a no for an answer, and an empty list for nothing', () => {
  const [step] = told([op({ set: { is_announced: false, questions: [] } })], ['is_announced', 'questions'], {});
  expect(step!.lines.map(({ field, value }) => [field, value])).toEqual([['is_announced', false]]);
});

it("tells of a floor plan's other picture, and leaves it: the pins have gone along", () => {
  const plan = { space: 's', kind: 'plan', id: 'p' } as const;
  const past = [op({ set: { title: 'Pohjakartta', photo_id: 'wall' } }), op({ set: { photo_id: 'straight' } })];
  const [straightened, made] = told(past, TOLD.plan, { title: 'Pohjakartta', photo_id: 'straight' });
  expect(straightened!.lines.map(({ field, value, isNow }) => [field, value, isNow])).toEqual([['photo_id', 'straight', true]]);
  expect(putBack(plan, made!.lines.find(({ field }) => field === 'photo_id')!, { photo_id: 'straight' })).toBeUndefined();
});
