/** Where do we all look? How closely marks stand over a plan, for the eye and in words. Pure. */
import type { Point } from './view';

/** The nine parts of a plan by which its density is told; `plan_area.…` of the catalogue names them. */
export const AREAS = [
  'top_left', 'top', 'top_right', 'left', 'middle', 'right', 'bottom_left', 'bottom', 'bottom_right',
] as const;
export type Area = (typeof AREAS)[number];

/** Soft density over a grid of squares, row by row, 0..1 of the densest. `radius` is in squares. */
export function density(points: Point[], columns: number, rows: number, radius: number): Float32Array {
  const grid = new Float32Array(columns * rows);
  const reach = Math.ceil(radius * 2.5);
  for (const { x, y } of points) {
    const [atX, atY] = [x * columns - 0.5, y * rows - 0.5];
    for (let row = Math.max(0, Math.floor(atY - reach)); row <= Math.min(rows - 1, atY + reach); row++) {
      for (let column = Math.max(0, Math.floor(atX - reach)); column <= Math.min(columns - 1, atX + reach); column++) {
        grid[row * columns + column]! += Math.exp(-((column - atX) ** 2 + (row - atY) ** 2) / (2 * radius ** 2));
      }
    }
  }
  const most = grid.reduce((a, b) => Math.max(a, b), 0);
  return most ? grid.map((value) => value / most) : grid;
}

/** How many marks each part of the plan has, most first; parts without any come last. */
export function byArea(points: Point[]): { area: Area; n: number }[] {
  const counts = AREAS.map((area) => ({ area, n: 0 }));
  for (const { x, y } of points) counts[third(y) * 3 + third(x)]!.n += 1;
  return counts.sort((a, b) => b.n - a.n);
}

/** The same for a sketch's three bands, from the back to the entrance. */
export function byBand(points: Point[]): number[] {
  const counts = [0, 0, 0];
  for (const { y } of points) counts[third(y)]! += 1;
  return counts;
}

function third(value: number): number {
  return Math.min(2, Math.floor(value * 3));
}
