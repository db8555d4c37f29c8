import { describe, expect, it } from 'vitest';
import { byArea, byBand, density } from './heat';

describe('where we look', () => {
  it('is densest where marks stand closest, and fades away from there', () => {
    const grid = density([{ x: 0.25, y: 0.5 }, { x: 0.26, y: 0.5 }, { x: 0.9, y: 0.5 }], 20, 10, 1);
    const at = (column: number, row: number) => grid[row * 20 + column]!;
    expect(Math.max(...grid)).toBe(1);
    expect(at(5, 5)).toBeGreaterThan(at(17, 5));
    expect(at(17, 5)).toBeGreaterThan(at(12, 5));
    expect(at(12, 0)).toBe(0);
  });

  it('is nothing where there are no marks', () => {
    expect(Math.max(...density([], 4, 4, 1))).toBe(0);
  });

  it('is told by parts of the plan, edges included', () => {
    const areas = byArea([{ x: 1, y: 1 }, { x: 0.9, y: 0.8 }, { x: 0, y: 0.5 }]);
    expect(areas.slice(0, 3)).toEqual([
      { area: 'bottom_right', n: 2 }, { area: 'left', n: 1 }, { area: 'top_left', n: 0 },
    ]);
    expect(byBand([{ x: 0, y: 0 }, { x: 0, y: 0.4 }, { x: 0, y: 1 }, { x: 0, y: 0.7 }])).toEqual([1, 1, 2]);
  });
});
