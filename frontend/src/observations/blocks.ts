/** Pure: a long list cut into blocks, each of one day, so that a screen draws only those near it. */

/** Divides by 1, 2 and 3, so that a full block leaves no gap in a grid of as many columns; few, so that drawing one is quick. */
export const BLOCK = 6;

export interface Block {
  key: string;
  /** The day that begins with this block, as the milliseconds of its midnight. */
  day: number | null;
  ids: string[];
  /** How many rows come before it. */
  before: number;
}

/** The day of a moment, as the milliseconds of its midnight; 0 when nobody knows. */
export function dayOf(at: number): number {
  return at ? new Date(at).setHours(0, 0, 0, 0) : 0;
}

/** Rows in blocks, in their order; a new day begins a new block. `days` has the day of each row. */
export function inBlocks(ids: string[], days: ArrayLike<number>): Block[] {
  const blocks: Block[] = [];
  let nth = 0;
  for (let from = 0, to = 0; from < ids.length; from = to) {
    const day = days[from]!;
    while (to < ids.length && to - from < BLOCK && days[to] === day) to += 1;
    const isNew = day !== days[from - 1];
    nth = isNew ? 0 : nth + 1;
    blocks.push({ key: `${day}.${nth}`, day: isNew ? day : null, ids: ids.slice(from, to), before: from });
  }
  return blocks;
}

/** The blocks with one more row before all others, unless they have it. */
export function withNewest(blocks: Block[], id: string, day: number): Block[] {
  if (blocks.some((block) => block.ids.includes(id))) return blocks;
  const [added] = inBlocks([id], [day]);
  const later = blocks.map((block) => ({ ...block, before: block.before + 1 }));
  const [first, ...others] = later;
  if (first?.key !== added!.key) return [added!, ...later];
  return [{ ...first, ids: [id, ...first.ids], before: 0 }, ...others];
}

export interface Window {
  /** The blocks to draw: from, and up to but not with. */
  from: number;
  to: number;
  /** The height of what is left out before and after. */
  above: number;
  below: number;
}

/** Which blocks to draw for a screen of `height` that has been scrolled `top` into the list, with `spare` around it. */
export function windowOf(heights: number[], top: number, height: number, spare: number): Window {
  let from = 0;
  let above = 0;
  while (from < heights.length - 1 && above + heights[from]! < top - spare) above += heights[from++]!;
  let to = from;
  let end = above;
  while (to < heights.length && end < top + height + spare) end += heights[to++]!;
  const below = heights.slice(to).reduce((sum, one) => sum + one, 0);
  return { from, to, above, below };
}
