/**
 * What fingers and the mouse do on a floor plan: pan, pinch, tap, double tap. An attachment for the plan's frame.
 * A touch that moved is no click, so pins under it stay closed; what has `data-own-hands` is left alone.
 */
import { distance, type Point } from './view';

export interface Hands {
  pan: (dx: number, dy: number) => void;
  pinch: (before: [Point, Point], after: [Point, Point]) => void;
  tap: (at: Point) => void;
  doubleTap: (at: Point) => void;
}

/** Farther than this, in px, a touch is a move. */
const STILL = 6;
const DOUBLE_MS = 300;
const DOUBLE_PX = 28;

/** Listens on a frame; places are in px from its top left corner. */
export function hands(does: Hands): (frame: HTMLElement) => () => void {
  return (frame) => {
    const down = new Map<number, Point>();
    const ends = new AbortController();
    let start: Point | undefined;
    let isMove = false;
    let last: { at: Point; when: number } | undefined;

    const placeOf = (event: PointerEvent): Point => {
      const box = frame.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };

    function pressed(event: PointerEvent): void {
      if (event.button || (event.target as Element).closest('[data-own-hands]')) return;
      if (!down.size) isMove = false;
      start = placeOf(event);
      down.set(event.pointerId, start);
    }

    function moved(event: PointerEvent): void {
      const from = down.get(event.pointerId);
      if (!from) return;
      const at = placeOf(event);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (!isMove && !other && distance(start!, at) < STILL) return;
      isMove = true;
      // Only now: a frame that takes the pointer at once would take its click from the pins too.
      frame.setPointerCapture(event.pointerId);
      if (other) does.pinch([from, other], [at, other]);
      else does.pan(at.x - from.x, at.y - from.y);
      down.set(event.pointerId, at);
    }

    function released(event: PointerEvent): void {
      const at = down.get(event.pointerId);
      down.delete(event.pointerId);
      if (!at || isMove || event.type === 'pointercancel' || (event.target as Element).closest('button')) return;
      const isSecond = last && event.timeStamp - last.when < DOUBLE_MS && distance(last.at, at) < DOUBLE_PX;
      last = isSecond ? undefined : { at, when: event.timeStamp };
      if (isSecond) does.doubleTap(at);
      else does.tap(at);
    }

    function clicked(event: MouseEvent): void {
      if (isMove && event.detail) event.stopPropagation();
    }

    const { signal } = ends;
    frame.addEventListener('pointerdown', pressed, { signal });
    frame.addEventListener('pointermove', moved, { signal });
    frame.addEventListener('pointerup', released, { signal });
    frame.addEventListener('pointercancel', released, { signal });
    frame.addEventListener('click', clicked, { signal, capture: true });
    return () => ends.abort();
  };
}

/** Drags one thing by finger or mouse: says how far it went, in px, since the last time. */
export function dragged(by: (dx: number, dy: number) => void): (node: HTMLElement) => () => void {
  return (node) => {
    const ends = new AbortController();
    let from: Point | undefined;

    function moved(event: PointerEvent): void {
      if (!from) return;
      by(event.clientX - from.x, event.clientY - from.y);
      from = { x: event.clientX, y: event.clientY };
    }

    function pressed(event: PointerEvent): void {
      if (event.button) return;
      node.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY };
    }

    const { signal } = ends;
    node.addEventListener('pointerdown', pressed, { signal });
    node.addEventListener('pointermove', moved, { signal });
    node.addEventListener('lostpointercapture', () => (from = undefined), { signal });
    return () => ends.abort();
  };
}

/** How far an arrow key moves a thing, in steps to the right and down; nothing for other keys. Shift takes ten. */
export function arrowStep(event: KeyboardEvent): Point | undefined {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const size = event.shiftKey ? 10 : 1;
  return { x: step[0]! * size, y: step[1]! * size };
}
