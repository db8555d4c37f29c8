/** Pure: the moment that a record is listed by. Only observations have one. */
import type { Kind } from './records';

/** When it was observed, in milliseconds; 0 when nobody knows. */
export function momentOf(kind: Kind, data: { observed_at?: unknown }): number {
  return (kind === 'observation' && Date.parse(String(data.observed_at))) || 0;
}
