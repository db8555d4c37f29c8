import { expect, it } from 'vitest';
import { steady } from './steady';

interface Thing {
  id: string;
  tags: string[];
  n: number;
}
const thing = (id: string, n = 1, tags: string[] = ['a']): Thing => ({ id, n, tags });

it('keeps the object of what has not changed, and takes the new one of what has', () => {
  const before = [thing('same'), thing('number'), thing('tags')];
  const after = steady(before, [thing('same'), thing('number', 2), thing('tags', 1, ['a', 'b'])]);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toEqual(thing('number', 2));
  expect(after[2]?.tags).toEqual(['a', 'b']);
});

it('follows additions, deletions and a new order', () => {
  const before = [thing('a'), thing('b')];
  const after = steady(before, [thing('c'), thing('b')]);
  expect(after.map(({ id }) => id)).toEqual(['c', 'b']);
  expect(after[1]).toBe(before[1]);
});

it('notices a field that appears', () => {
  const before: { id: string; late?: number }[] = [{ id: 'a' }];
  expect(steady(before, [{ id: 'a', late: 1 }])[0]).toEqual({ id: 'a', late: 1 });
});
