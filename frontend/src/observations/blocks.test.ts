import { expect, it } from 'vitest';
import { BLOCK, dayOf, inBlocks, windowOf, withNewest } from './blocks';

const DAY = new Date(2017, 9, 3).getTime();
const YESTERDAY = new Date(2017, 9, 2).getTime();
const ids = (n: number) => Array.from({ length: n }, (_, nth) => `${nth}`);

it('begins a block at each day and after every full one', () => {
  const days = [...Array<number>(BLOCK + 1).fill(DAY), YESTERDAY, YESTERDAY];
  const blocks = inBlocks(ids(BLOCK + 3), days);
  expect(blocks.map((block) => [block.ids.length, block.before, block.day !== null])).toEqual([
    [BLOCK, 0, true], [1, BLOCK, false], [2, BLOCK + 1, true],
  ]);
  expect(new Set(blocks.map((block) => block.key)).size).toBe(3);
  expect(blocks.flatMap((block) => block.ids)).toEqual(ids(BLOCK + 3));
});

it('puts a row that has just been saved first, once', () => {
  const blocks = inBlocks(ids(2), [DAY, DAY]);
  const more = withNewest(blocks, 'new', DAY);
  expect(more.map((block) => block.ids)).toEqual([['new', ...blocks[0]!.ids]]);
  expect(withNewest(more, 'new', DAY)).toBe(more);
  expect(withNewest([], 'new', DAY)[0]!.ids).toEqual(['new']);
});

it('draws what is near the screen and leaves room for the rest', () => {
  const heights = Array.from({ length: 100 }, () => 100);
  expect(windowOf(heights, 0, 800, 200)).toEqual({ from: 0, to: 10, above: 0, below: 9000 });
  const middle = windowOf(heights, 5000, 800, 200);
  expect(middle).toEqual({ from: 47, to: 60, above: 4700, below: 4000 });
  expect(windowOf([], 0, 800, 200)).toEqual({ from: 0, to: 0, above: 0, below: 0 });
  expect(windowOf(heights, 99_999, 800, 200)).toMatchObject({ from: 99, to: 100 });
});

it('knows the day of a moment, and that nobody knows it', () => {
  expect(dayOf(new Date(2017, 9, 3, 23, 59).getTime())).toBe(DAY);
  expect(dayOf(0)).toBe(0);
});
