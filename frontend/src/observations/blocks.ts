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

export interface Placed {
  id: string;
  at: number;
}

/** The rows in blocks, in their order; a new day begins a new block. */
export function inBlocks(rows: Placed[]): Block[] {
  const blocks: Block[] = [];
  let day = -1;
  for (const [n, { id, at }] of rows.entries()) {
    const own = at ? new Date(at).setHours(0, 0, 0, 0) : 0;
    if (own !== day) blocks.push({ key: `${own}.0`, day: own, ids: [], before: n });
    else if (blocks.at(-1)!.ids.length === BLOCK) blocks.push({ key: nextKey(blocks.at(-1)!.key), day: null, ids: [], before: n });
    blocks.at(-1)!.ids.push(id);
    day = own;
  }
  return blocks;
}

/** The blocks with one more row before all others, unless they have it. */
export function withNewest(blocks: Block[], row: Placed): Block[] {
  if (blocks.some((block) => block.ids.includes(row.id))) return blocks;
  const [added] = inBlocks([row]);
  const later = blocks.map((block) => ({ ...block, before: block.before + 1 }));
  const [first, ...others] = later;
  if (first?.key !== added!.key) return [added!, ...later];
  return [{ ...first, ids: [row.id, ...first.ids], before: 0 }, ...others];
}

function nextKey(key: string): string {
  const [day, n] = key.split('.');
  return `${day}.${Number(n) + 1}`;
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
