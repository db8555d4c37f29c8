/** Pure: steps that can be taken back and taken again. Changes with the same name in a row, such as one drag, are one step. */
export interface Steps<T> {
  past: T[];
  now: T;
  future: T[];
  /** What the latest change was part of. */
  name: string;
}

/** The beginning. */
export function begun<T>(now: T): Steps<T> {
  return { past: [], now, future: [], name: '' };
}

/** One change further. */
export function stepped<T>(steps: Steps<T>, now: T, name = ''): Steps<T> {
  const past = name && name === steps.name ? steps.past : [...steps.past, steps.now];
  return { past, now, future: [], name };
}

/** One step back, if there is one. */
export function undone<T>({ past, now, future, name }: Steps<T>): Steps<T> {
  if (!past.length) return { past, now, future, name };
  return { past: past.slice(0, -1), now: past.at(-1)!, future: [now, ...future], name: '' };
}

/** One step forward again, if there is one. */
export function redone<T>({ past, now, future, name }: Steps<T>): Steps<T> {
  if (!future.length) return { past, now, future, name };
  return { past: [...past, now], now: future[0]!, future: future.slice(1), name: '' };
}
