import { expect, it } from 'vitest';
import { fitted, panned, swiped, WHOLE, zoomed } from './zoom';

const picture = { width: 2000, height: 1000 };
const frame = { width: 400, height: 400 };

it('shows the whole picture first', () => {
  expect(fitted(picture, frame)).toEqual({ width: 400, height: 200 });
});

it('keeps the place under the fingers', () => {
  const at = { x: 100, y: 50 };
  const view = zoomed(WHOLE, 4, at, picture, frame);
  // What lay at 100 from the middle lies at 4 × 100 of the picture, moved by x.
  expect(view.x + 4 * 100).toBe(100);
  expect(view.y + 4 * 50).toBe(50);
});

it('never shows less than the whole, nor more than eight times it', () => {
  expect(zoomed(WHOLE, 0.1, { x: 9, y: 9 }, picture, frame)).toEqual(WHOLE);
  expect(zoomed(WHOLE, 100, { x: 0, y: 0 }, picture, frame).scale).toBe(8);
});

it('does not let the picture leave the frame', () => {
  const view = zoomed(WHOLE, 2, { x: 0, y: 0 }, picture, frame);
  expect(panned(view, 1e6, 1e6, picture, frame)).toEqual({ scale: 2, x: 200, y: 0 });
  expect(panned(WHOLE, 50, 50, picture, frame)).toEqual(WHOLE);
});

it('tells a swipe from a tap and from scrolling', () => {
  expect(swiped(-120, 10)).toBe(1);
  expect(swiped(120, 10)).toBe(-1);
  expect(swiped(20, 0)).toBe(0);
  expect(swiped(80, 100)).toBe(0);
});
