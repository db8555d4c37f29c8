/** Observations as the list shows them: each with its photos and with where it is. */
import { db } from '../local/db';
import { all, type Item } from '../local/records';
import { waitingPhotos } from '../sync/status.svelte';

export interface Entry {
  observation: Item<'observation'>;
  photos: Item<'photo'>[];
  /** Its parts: the words, and each photo. */
  n_parts: number;
  n_sent: number;
  /** The server could not take something of it. */
  is_refused: boolean;
}

/** Every observation of a study, newest first. */
export async function entries(space: string): Promise<Entry[]> {
  const [observations, photos, waiting, refused] = await Promise.all([
    all(space, 'observation'),
    all(space, 'photo'),
    waitingPhotos(),
    db.bytes.where('state').equals('aside').primaryKeys(),
  ]);
  const byObservation = new Map<string, Item<'photo'>[]>();
  for (const photo of photos) {
    const id = photo.observation_id;
    if (id) byObservation.set(id, [...(byObservation.get(id) ?? []), photo]);
  }
  const [unsent, problems] = [new Set(waiting), new Set(refused)];
  return observations.map((observation) => entryOf(observation, byObservation.get(observation.id) ?? [], unsent, problems));
}

/** Pure: one observation with its photos, and how much of it the server has. */
export function entryOf(
  observation: Item<'observation'>, photos: Item<'photo'>[], unsent: Set<string>, refused: Set<string>,
): Entry {
  const isUnsent = (photo: Item<'photo'>) => photo.pending > 0 || unsent.has(photo.id);
  const n_unsent = (observation.pending > 0 ? 1 : 0) + photos.filter(isUnsent).length;
  return {
    observation,
    photos,
    n_parts: 1 + photos.length,
    n_sent: 1 + photos.length - n_unsent,
    is_refused: observation.aside > 0 || photos.some((photo) => photo.aside > 0 || refused.has(photo.id)),
  };
}

export type Where = 'refused' | 'conflict' | 'sent' | 'sending' | 'partly' | 'here' | 'elsewhere';

/** Pure: where an observation is, in one word; the catalogue's `where.…` says it to people. */
export function whereIs(entry: Entry, isSending: boolean, isMine: boolean): Where {
  if (entry.is_refused) return 'refused';
  if (entry.observation.conflicts.length) return 'conflict';
  if (entry.n_sent < entry.n_parts) return isSending ? 'sending' : entry.n_sent ? 'partly' : 'here';
  return !isMine && entry.photos.some((photo) => !photo.is_received) ? 'elsewhere' : 'sent';
}

/** Pure: the tags of a study, most used first. */
export function usedTags(observations: { tags: string[] }[]): string[] {
  const uses = new Map<string, number>();
  for (const tag of observations.flatMap((one) => one.tags)) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  return [...uses].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag);
}
