/**
 * Keeps what has not changed the very same object from one reading of the database to the next, so that a
 * screen of three hundred cards redraws the one that was moved. Pure.
 */

/** `next`, with every item that equals its earlier self replaced by that earlier self. */
export function steady<T extends { id: string }>(previous: T[], next: T[]): T[] {
  const known = new Map(previous.map((item) => [item.id, item]));
  return next.map((item) => {
    const before = known.get(item.id);
    return before && isSame(before, item) ? before : item;
  });
}

function isSame(a: object, b: object): boolean {
  const [first, second] = [Object.entries(a), b as Record<string, unknown>];
  return first.length === Object.keys(b).length && first.every(([field, value]) => isEqual(value, second[field]));
}

/** Fields are JSON: simple values, or small lists and pins. */
function isEqual(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
