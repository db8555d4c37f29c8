/**
 * Keeps the pictures of all floor plans on the phone, so that they open without a network also where nobody has
 * looked at them yet. They lie in a cache of their own: the one for photos (sw.ts) lets old ones go.
 */
import { onChanges } from '../local/changes';
import { everywhere, one } from '../local/records';

const PLANS = 'benchmark-plans';
const REST_MS = 2000;

/** Keep them from now on, as plans come, change and go. */
export function keepPlans(): void {
  let rest: ReturnType<typeof setTimeout> | undefined;
  const soon = () => (rest ??= setTimeout(() => ((rest = undefined), void fetchPlans().catch(() => undefined)), REST_MS));
  onChanges((tables) => tables.has('records') && soon());
  addEventListener('online', soon);
  soon();
}

async function fetchPlans(): Promise<void> {
  const wanted = new Set((await addresses()).map((path) => new URL(path, location.origin).href));
  const cache = await caches.open(PLANS);
  for (const { url } of await cache.keys()) {
    if (!wanted.delete(url)) await cache.delete(url);
  }
  // One that fails now is tried again at the next change, and when the network comes back.
  await Promise.allSettled([...wanted].map((url) => cache.add(url)));
}

/** Where the pictures of the plans are at the server, for those that it has. */
async function addresses(): Promise<string[]> {
  const plans = await everywhere('plan');
  const photos = await Promise.all(plans.map(({ space, photo_id }) => (photo_id ? one(space, 'photo', photo_id) : undefined)));
  return photos.flatMap((photo) => photo ?? []).filter((photo) => photo.is_received).map(({ id, space }) => `/api/v1/photos/${id}/screen?space=${space}`);
}
