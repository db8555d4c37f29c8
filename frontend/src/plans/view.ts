/**
 * How a floor plan lies in the frame that shows it: which point is in the middle, and how large. Pure.
 * Points of the plan are in 0..1 of its width and height, points of the frame in px.
 */
export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The frame, and the plan as large as it is when all of it just fits. */
export interface Stage {
  frame: Size;
  plan: Size;
}

/** The plan's point in the middle of the frame, and how many times larger it is than when it just fits. */
export interface View extends Point {
  scale: number;
}

export const WHOLE: View = { scale: 1, x: 0.5, y: 0.5 };
export const LARGEST = 8;

/** A frame with a plan of the given width / height in it. */
export function stageOf(frame: Size, ratio: number): Stage {
  const width = Math.min(frame.width, frame.height * ratio);
  return { frame, plan: { width, height: width / ratio } };
}

/** Where a point of the plan is in the frame. */
export function toFrame(stage: Stage, view: View, point: Point): Point {
  return {
    x: stage.frame.width / 2 + (point.x - view.x) * stage.plan.width * view.scale,
    y: stage.frame.height / 2 + (point.y - view.y) * stage.plan.height * view.scale,
  };
}

/** Which point of the plan is there in the frame; outside 0..1 where there is no plan. */
export function toPlan(stage: Stage, view: View, at: Point): Point {
  return {
    x: view.x + (at.x - stage.frame.width / 2) / (stage.plan.width * view.scale),
    y: view.y + (at.y - stage.frame.height / 2) / (stage.plan.height * view.scale),
  };
}

/** Larger or smaller by a factor, with the point under `at` staying where it is. */
export function zoomed(stage: Stage, view: View, factor: number, at: Point): View {
  return put(stage, toPlan(stage, view, at), at, view.scale * factor);
}

/** Moved along by so many px. */
export function moved(stage: Stage, view: View, dx: number, dy: number): View {
  const { width, height } = stage.plan;
  return held(stage, { ...view, x: view.x - dx / (width * view.scale), y: view.y - dy / (height * view.scale) });
}

/** Two fingers went from one pair of places to another: what was between them stays between them. */
export function pinched(stage: Stage, view: View, before: [Point, Point], after: [Point, Point]): View {
  const factor = distance(...after) / Math.max(1, distance(...before));
  return put(stage, toPlan(stage, view, between(...before)), between(...after), view.scale * factor);
}

/** The same view with a point of the plan brought into the frame, if it is not there. */
export function showing(stage: Stage, view: View, point: Point): View {
  const { x, y } = toFrame(stage, view, point);
  const isSeen = x >= 0 && y >= 0 && x <= stage.frame.width && y <= stage.frame.height;
  return isSeen ? view : held(stage, { ...view, ...point });
}

/** The nearest point that is on the plan, to the thousandth: finer than any finger. */
export function onPlan({ x, y }: Point): Point {
  const within = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
  return { x: within(x), y: within(y) };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** The view that has a point of the plan at a place of the frame. */
function put(stage: Stage, point: Point, at: Point, wanted: number): View {
  const scale = Math.min(LARGEST, Math.max(1, wanted));
  const x = point.x - (at.x - stage.frame.width / 2) / (stage.plan.width * scale);
  const y = point.y - (at.y - stage.frame.height / 2) / (stage.plan.height * scale);
  return held(stage, { scale, x, y });
}

/** Never past the plan's edges; in the middle of a side that has room to spare. */
function held(stage: Stage, view: View): View {
  const along = (value: number, frame: number, plan: number) => {
    const half = frame / 2 / (plan * view.scale);
    return half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, value));
  };
  return {
    scale: view.scale,
    x: along(view.x, stage.frame.width, stage.plan.width),
    y: along(view.y, stage.frame.height, stage.plan.height),
  };
}
