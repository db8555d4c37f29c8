/** What was saved a moment ago, so that its row stands in the list before the list has been read again. */
import { one, type Item } from '../local/records';
import { entryOf, type Entry } from './entries';

class Saved {
  entry = $state.raw<Entry | undefined>();
}

export const saved = new Saved();

/** Read the saved observation back from the phone's database and show it. */
export async function showSaved(space: string, id: string, photoIds: string[]): Promise<void> {
  const observation = await one(space, 'observation', id);
  const photos = await Promise.all(photoIds.map((photo) => one(space, 'photo', photo)));
  const found = photos.filter((photo): photo is Item<'photo'> => !!photo);
  if (observation) saved.entry = entryOf(observation, found, new Set(photoIds), new Set());
}
