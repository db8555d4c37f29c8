/**
 * Straightening a photo taken at an angle: the map between a rectangle and the four corners that the wall map has
 * in the photo (projective, see Heckbert 1989, "Fundamentals of texture mapping", section 2.2.3). Pure.
 */
import { distance, type Point, type Size } from './view';

/** From the top left corner, clockwise. */
export type Corners = [Point, Point, Point, Point];
/** Row by row, the last number being 1. */
export type Matrix = [number, number, number, number, number, number, number, number];

/** The map that takes the unit square to these corners. */
export function toCorners([a, b, c, d]: Corners): Matrix {
  const [sx, sy] = [a.x - b.x + c.x - d.x, a.y - b.y + c.y - d.y];
  const [dx1, dy1, dx2, dy2] = [b.x - c.x, b.y - c.y, d.x - c.x, d.y - c.y];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  return [b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x, b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y, g, h];
}

/** The map back: from the photo to the unit square. */
export function fromCorners(corners: Corners): Matrix {
  const [a, b, c, d, e, f, g, h] = toCorners(corners);
  // The adjugate of the matrix; projective maps care for no common factor.
  const last = a * e - b * d;
  const rest: Matrix = [e - f * h, c * h - b, b * f - c * e, f * g - d, a - c * g, c * d - a * f, d * h - e * g, b * g - a * h];
  return rest.map((value) => value / last) as Matrix;
}

/** Where a map takes a point. */
export function mapped([a, b, c, d, e, f, g, h]: Matrix, { x, y }: Point): Point {
  const depth = g * x + h * y + 1;
  return { x: (a * x + b * y + c) / depth, y: (d * x + e * y + f) / depth };
}

/** Whether the corners make a shape that a flat rectangle can have in a photo: convex, and not a sliver. */
export function isPossible(corners: Corners): boolean {
  return corners.every((corner, n) => {
    const [before, after] = [corners[(n + 3) % 4]!, corners[(n + 1) % 4]!];
    const turn = (corner.x - before.x) * (after.y - corner.y) - (corner.y - before.y) * (after.x - corner.x);
    return turn > 0.02 * distance(before, corner) * distance(corner, after) && distance(corner, after) > 0.02;
  });
}

/** How large the straightened picture is: as its longer sides are in the photo, at most `most` on the long one. */
export function straightSize(corners: Corners, photo: Size, most: number): Size {
  const [a, b, c, d] = corners.map(({ x, y }) => ({ x: x * photo.width, y: y * photo.height })) as Corners;
  const [width, height] = [Math.max(distance(a, b), distance(d, c)), Math.max(distance(a, d), distance(b, c))];
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

export interface Pixels extends Size {
  /** Red, green, blue and alpha of each. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** The part of a photo between the corners (in 0..1), made a rectangle; between pixels their mean is taken. */
export function straightened(photo: Pixels, corners: Corners, size: Size): Pixels {
  const [a, b, c, d, e, f, g, h] = toCorners(corners);
  const data = new Uint8ClampedArray(size.width * size.height * 4);
  const [lastX, lastY] = [photo.width - 1, photo.height - 1];
  let to = 0;
  for (let row = 0; row < size.height; row++) {
    const v = (row + 0.5) / size.height;
    for (let column = 0; column < size.width; column++, to += 4) {
      const u = (column + 0.5) / size.width;
      const depth = g * u + h * v + 1;
      const x = Math.min(lastX, Math.max(0, ((a * u + b * v + c) / depth) * photo.width - 0.5));
      const y = Math.min(lastY, Math.max(0, ((d * u + e * v + f) / depth) * photo.height - 0.5));
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [dx, dy] = [x - left, y - top];
      const from = (top * photo.width + left) * 4;
      const right = left < lastX ? 4 : 0;
      const below = top < lastY ? photo.width * 4 : 0;
      for (let n = 0; n < 4; n++) {
        const upper = photo.data[from + n]! * (1 - dx) + photo.data[from + right + n]! * dx;
        const lower = photo.data[from + below + n]! * (1 - dx) + photo.data[from + below + right + n]! * dx;
        data[to + n] = upper * (1 - dy) + lower * dy;
      }
    }
  }
  return { ...size, data };
}
