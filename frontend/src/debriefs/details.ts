/**
 * What a card shows besides its own fields: its photos, the observer's name and the focus.
 * Looked up once per change of the data, not once per card.
 */
import type { Item } from '../local/records';

export interface Details {
  photosOf(observation: string): Item<'photo'>[];
  nameOf(person: string): string;
  focusOf(focus: string | null): string;
}

/** Look-ups over the records of one study. Photos keep the order in which they are given. */
export function detailsOf(
  photos: Item<'photo'>[],
  participants: Item<'participant'>[],
  foci: Item<'focus'>[],
): Details {
  const pictures = new Map<string, Item<'photo'>[]>();
  for (const photo of photos) {
    const owner = photo.observation_id ?? '';
    const those = pictures.get(owner);
    if (those) those.push(photo);
    else pictures.set(owner, [photo]);
  }
  const names = new Map(participants.map(({ id, name }) => [id, name]));
  const views = new Map(foci.map(({ id, name }) => [id, name]));
  const none: Item<'photo'>[] = [];
  return {
    photosOf: (observation) => pictures.get(observation) ?? none,
    nameOf: (person) => names.get(person) ?? '',
    focusOf: (focus) => views.get(focus ?? '') ?? '',
  };
}
