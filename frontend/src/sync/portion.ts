/**
 * How much goes over the link in one request: as much as there may be, and less where the link broke under that. A phone
 * at 20 kbit/s whose connections last half a minute gets on by portions; one whose link is good never hears of them.
 */
import { ApiError } from '../api/client';

/** What fails sooner was not too much: there was no network, or somebody else answered. */
const AT_ONCE_MS = 1000;
/** How long a portion should be under way. */
const GOOD_MS = 10_000;
const LEAST = 1 / 512;

let share = 1;

/** So much of `most` at a time, but never less than `least`. */
export function portion(most: number, least = 1): number {
  return Math.max(least, Math.ceil(most * share));
}

/** Do a request, and learn from how it ends: half as much after one that broke off, more again after one that got through. */
export async function learning<T>(request: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const took = () => performance.now() - begun;
  try {
    const answer = await request();
    share = Math.min(1, share * Math.max(1, GOOD_MS / took()));
    return answer;
  } catch (error) {
    if (error instanceof ApiError && error.offline && took() > AT_ONCE_MS) share = Math.max(LEAST, share / 2);
    throw error;
  }
}
