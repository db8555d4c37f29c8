import { describe, expect, it } from 'vitest';
import { clustered, marksOf, numbersOf, type Mark } from './marks';
import type { Item } from '../local/records';

function mark(number: number, x: number, y: number): Mark {
  return { id: String(number), number, pin: { x, y }, feeling: null, text: '' };
}

describe('marks on a plan', () => {
  it('are numbered from the oldest', () => {
    expect([...numbersOf([{ id: 'new' }, { id: 'old' }])]).toEqual([['new', 2], ['old', 1]]);
  });

  it('are those pinned on this plan', () => {
    const seen = [
      { id: 'c', plan_id: 'one', pin: { x: 0.1, y: 0.1 }, text: '', thought: 'Hyvä', feeling: 'works' },
      { id: 'b', plan_id: 'two', pin: { x: 0.1, y: 0.1 }, text: 'B' },
      { id: 'a', plan_id: null, pin: null, text: 'A' },
    ] as Item<'observation'>[];
    const expected = [{ id: 'c', number: 3, pin: { x: 0.1, y: 0.1 }, feeling: 'works', text: 'Hyvä' }];
    expect(marksOf(seen, numbersOf(seen), 'one')).toEqual(expected);
  });

  it('are gathered where they would cover each other, and part as the plan grows', () => {
    const marks = [mark(1, 0.1, 0.1), mark(2, 0.12, 0.1), mark(3, 0.9, 0.9)];
    const numbers = (width: number) => clustered(marks, width, width, 48).map((one) => one.marks.map(({ number }) => number));
    expect(numbers(400)).toEqual([[1, 2], [3]]);
    expect(numbers(3200)).toEqual([[1], [2], [3]]);
  });

  it('never stand closer than they may, and none is lost', () => {
    const marks = Array.from({ length: 2000 }, (_, n) => mark(n, (n * 0.618) % 1, (n * 0.377) % 1));
    const found = clustered(marks, 390, 520, 48);
    expect(found.flatMap((one) => one.marks).length).toBe(2000);
    for (const [n, one] of found.entries()) {
      for (const other of found.slice(n + 1)) {
        expect(Math.hypot(one.at.x - other.at.x, one.at.y - other.at.y)).toBeGreaterThanOrEqual(48);
      }
    }
  });
});
