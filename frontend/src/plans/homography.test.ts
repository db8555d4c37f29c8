import { describe, expect, it } from 'vitest';
import { isPossible, mapped, straightened, straightSize, toCorners, fromCorners, type Corners, type Pixels } from './homography';

const AT_AN_ANGLE: Corners = [{ x: 0.1, y: 0.2 }, { x: 0.8, y: 0.1 }, { x: 0.95, y: 0.9 }, { x: 0.05, y: 0.7 }];
const SQUARE: Corners = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 1 }];

/** A photo whose red says how far right a pixel is, and green how far down. */
function photo(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let n = 0; n < width * height; n++) {
    data.set([((n % width) / width) * 255, (Math.floor(n / width) / height) * 255, 0, 255], n * 4);
  }
  return { width, height, data };
}

describe('straightening', () => {
  it('maps the corners exactly', () => {
    const matrix = toCorners(AT_AN_ANGLE);
    for (const [n, corner] of SQUARE.entries()) {
      const found = mapped(matrix, corner);
      expect(found.x).toBeCloseTo(AT_AN_ANGLE[n]!.x, 12);
      expect(found.y).toBeCloseTo(AT_AN_ANGLE[n]!.y, 12);
    }
  });

  it('finds the way back', () => {
    const there = mapped(toCorners(AT_AN_ANGLE), { x: 0.3, y: 0.8 });
    const back = mapped(fromCorners(AT_AN_ANGLE), there);
    expect(back.x).toBeCloseTo(0.3, 12);
    expect(back.y).toBeCloseTo(0.8, 12);
  });

  it('keeps straight lines straight', () => {
    const matrix = toCorners(AT_AN_ANGLE);
    const [a, b, c] = [0, 0.3, 1].map((x) => mapped(matrix, { x, y: 0.4 })) as [typeof SQUARE[0], typeof SQUARE[0], typeof SQUARE[0]];
    expect((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).toBeCloseTo(0, 12);
  });

  it('leaves a picture alone whose corners are its own', () => {
    const before = photo(8, 6);
    expect(straightened(before, SQUARE, before)).toEqual(before);
  });

  it('fills the rectangle with what is between the corners', () => {
    const after = straightened(photo(200, 100), AT_AN_ANGLE, { width: 100, height: 80 });
    const at = (x: number, y: number) => [...after.data.slice((y * 100 + x) * 4, (y * 100 + x) * 4 + 2)];
    const middle = mapped(toCorners(AT_AN_ANGLE), { x: 0.505, y: 0.50625 });
    expect(Math.abs(at(50, 40)[0]! - middle.x * 255)).toBeLessThan(4);
    expect(Math.abs(at(50, 40)[1]! - middle.y * 255)).toBeLessThan(4);
    expect(Math.abs(at(0, 0)[0]! - 0.1 * 255)).toBeLessThan(4);
    expect(Math.abs(at(99, 79)[1]! - 0.9 * 255)).toBeLessThan(5);
  });

  it('makes the picture as large as the map was in the photo', () => {
    expect(straightSize(SQUARE, { width: 3000, height: 1500 }, 2048)).toEqual({ width: 2048, height: 1024 });
    expect(straightSize(SQUARE, { width: 300, height: 150 }, 2048)).toEqual({ width: 300, height: 150 });
  });

  it('refuses corners that have crossed or fallen together', () => {
    const [a, b, c, d] = SQUARE;
    expect(isPossible(AT_AN_ANGLE)).toBe(true);
    expect(isPossible([b, a, c, d])).toBe(false);
    expect(isPossible([a, b, c, a])).toBe(false);
    expect(isPossible([a, b, { x: 0.2, y: 0.2 }, d])).toBe(false);
  });
});
