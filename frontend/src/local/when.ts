/** Pure: the moment that a record is listed by. Only observations have one, so an index over it holds them alone. */
import type { Kind } from './records';

/** When it was observed, in milliseconds; 0 when nobody knows. */
export function momentOf(kind: Kind, data: { observed_at?: unknown }): number | undefined {
  if (kind !== 'observation') return undefined;
  return Date.parse(String(data.observed_at)) || 0;
}
