/** Observations as the list shows them: each with its photos and with where it is. */
import { database, rowsOf } from '../local/db';
import { itemOf, type Item } from '../local/records';
import type { Placed } from './blocks';

export interface Entry {
  observation: Item<'observation'>;
  photos: Item<'photo'>[];
  /** Its parts: the words, and each photo. */
  n_parts: number;
  n_sent: number;
  /** The server could not take something of it. */
  is_refused: boolean;
}

/** The newest observations of a study. Reads no more than it gives. */
export async function newest(space: string, n: number): Promise<Placed[]> {
  const inTime = (await database()).transaction('records').store.index('time');
  const range = IDBKeyRange.bound([space, 'observation', 0, 0], [space, 'observation', 0, Infinity]);
  const found: Placed[] = [];
  let at = await inTime.openKeyCursor(range, 'prev');
  for (; at && found.length < n; at = await at.continue()) found.push({ id: at.primaryKey[1], at: at.key[3] });
  return found;
}

/** Some observations of a study with their photos, in the order asked for; those that are gone are left out. */
export async function entriesOf(space: string, ids: string[]): Promise<Entry[]> {
  const db = await database();
  const [rows, pictures, waiting, refused] = await Promise.all([
    rowsOf(space, ids),
    Promise.all(ids.map((id) => db.getAllFromIndex('records', 'observation', id))),
    db.getAllKeysFromIndex('bytes', 'state', 'waiting'),
    db.getAllKeysFromIndex('bytes', 'state', 'aside'),
  ]);
  const photos = pictures
    .flat()
    .filter((row) => row.space === space && row.kind === 'photo' && !row.deleted)
    .map((row) => itemOf<'photo'>(row))
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
  const [unsent, problems] = [new Set(waiting), new Set(refused)];
  return rows.flatMap((row) => {
    if (row?.kind !== 'observation' || row.deleted) return [];
    const own = photos.filter((photo) => photo.observation_id === row.id);
    return [entryOf(itemOf<'observation'>(row), own, unsent, problems)];
  });
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
