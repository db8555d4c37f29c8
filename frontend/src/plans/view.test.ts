import { describe, expect, it } from 'vitest';
import { LARGEST, moved, onPlan, pinched, showing, stageOf, toFrame, toPlan, WHOLE, zoomed, type Point } from './view';

const stage = stageOf({ width: 400, height: 600 }, 4 / 3);

function near(a: Point, b: Point): void {
  expect(a.x).toBeCloseTo(b.x, 6);
  expect(a.y).toBeCloseTo(b.y, 6);
}

describe('a plan in its frame', () => {
  it('just fits at first', () => {
    expect(stage.plan).toEqual({ width: 400, height: 300 });
    near(toFrame(stage, WHOLE, { x: 0, y: 0 }), { x: 0, y: 150 });
    near(toFrame(stage, WHOLE, { x: 1, y: 1 }), { x: 400, y: 450 });
  });

  it('keeps the point under the finger while zooming', () => {
    const at = { x: 120, y: 260 };
    const close = zoomed(stage, zoomed(stage, WHOLE, 3, { x: 200, y: 300 }), 1.7, at);
    near(toPlan(stage, zoomed(stage, close, 1.2, at), at), toPlan(stage, close, at));
  });

  it('keeps what is between two fingers between them', () => {
    const close = zoomed(stage, WHOLE, 4, { x: 200, y: 300 });
    const before: [Point, Point] = [{ x: 150, y: 300 }, { x: 250, y: 300 }];
    const after: [Point, Point] = [{ x: 140, y: 330 }, { x: 280, y: 310 }];
    const there = toPlan(stage, close, { x: 200, y: 300 });
    near(toFrame(stage, pinched(stage, close, before, after), there), { x: 210, y: 320 });
  });

  it('is never smaller than the frame nor larger than makes sense, and never leaves it', () => {
    expect(zoomed(stage, WHOLE, 0.1, { x: 0, y: 0 })).toEqual(WHOLE);
    const close = zoomed(stage, WHOLE, 1000, { x: 0, y: 150 });
    expect(close.scale).toBe(LARGEST);
    near(toFrame(stage, moved(stage, close, 5000, 5000), { x: 0, y: 0 }), { x: 0, y: 0 });
    near(toFrame(stage, moved(stage, close, -5000, -5000), { x: 1, y: 1 }), { x: 400, y: 600 });
  });

  it('brings a point into the frame, and leaves one that is there where it is', () => {
    const close = zoomed(stage, WHOLE, 4, { x: 200, y: 300 });
    expect(showing(stage, close, { x: 0.5, y: 0.5 })).toBe(close);
    near(toFrame(stage, showing(stage, close, { x: 0.8, y: 0.5 }), { x: 0.8, y: 0.5 }), { x: 200, y: 300 });
  });

  it('holds a pin on the plan', () => {
    expect(onPlan({ x: -0.2, y: 0.12345 })).toEqual({ x: 0, y: 0.123 });
  });
});
