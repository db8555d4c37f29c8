import { expect, it } from 'vitest';
import { BLOCK, inBlocks, windowOf, withNewest } from './blocks';

const AT = new Date(2017, 9, 3, 10).getTime();
const rows = (n: number, at = AT) => Array.from({ length: n }, (_, nth) => ({ id: `${at}-${nth}`, at }));

it('begins a block at each day and after every full one', () => {
  const blocks = inBlocks([...rows(BLOCK + 1), ...rows(2, AT - 86_400_000)]);
  expect(blocks.map((block) => [block.ids.length, block.before, block.day !== null])).toEqual([
    [BLOCK, 0, true], [1, BLOCK, false], [2, BLOCK + 1, true],
  ]);
  expect(new Set(blocks.map((block) => block.key)).size).toBe(3);
});

it('puts a row that has just been saved first, once', () => {
  const blocks = inBlocks(rows(2));
  const more = withNewest(blocks, { id: 'new', at: AT + 1 });
  expect(more.map((block) => block.ids)).toEqual([['new', ...blocks[0]!.ids]]);
  expect(withNewest(more, { id: 'new', at: AT + 1 })).toBe(more);
  expect(withNewest([], { id: 'new', at: AT })[0]!.ids).toEqual(['new']);
});

it('draws what is near the screen and leaves room for the rest', () => {
  const heights = Array.from({ length: 100 }, () => 100);
  expect(windowOf(heights, 0, 800, 200)).toEqual({ from: 0, to: 10, above: 0, below: 9000 });
  const middle = windowOf(heights, 5000, 800, 200);
  expect(middle).toEqual({ from: 47, to: 60, above: 4700, below: 4000 });
  expect(windowOf([], 0, 800, 200)).toEqual({ from: 0, to: 0, above: 0, below: 0 });
  expect(windowOf(heights, 99_999, 800, 200)).toMatchObject({ from: 99, to: 100 });
});
