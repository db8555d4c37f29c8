/** Pure: how a picture lies in the viewer: how large, and how far from the middle. */
export interface View {
  scale: number;
  /** Of the picture's middle from the frame's, in screen pixels. */
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
const MOST = 8;

/** Larger or smaller by `factor`, so that what lies at the point (from the frame's middle) stays there. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }, picture: Size, frame: Size): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  const by = scale / view.scale;
  return kept({ scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, picture, frame);
}

/** Moved, no further than the picture reaches. */
export function panned(view: View, dx: number, dy: number, picture: Size, frame: Size): View {
  return kept({ ...view, x: view.x + dx, y: view.y + dy }, picture, frame);
}

/** The size at which the whole picture is seen. */
export function fitted(picture: Size, frame: Size): Size {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** Which way a stroke swipes: on to the next, back, or neither. */
export function swiped(dx: number, dy: number): -1 | 0 | 1 {
  if (Math.abs(dx) < 50 || Math.abs(dx) < 1.5 * Math.abs(dy)) return 0;
  return dx < 0 ? 1 : -1;
}

function kept({ scale, x, y }: View, picture: Size, frame: Size): View {
  const { width, height } = fitted(picture, frame);
  const free = (size: number, room: number) => Math.max(0, (size * scale - room) / 2);
  const within = (value: number, most: number) => Math.min(most, Math.max(-most, value));
  return { scale, x: within(x, free(width, frame.width)), y: within(y, free(height, frame.height)) };
}
