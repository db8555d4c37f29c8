/** Observations as the list shows them: each with its photos and with where it is. */
import { database, rowsOf, type Row } from '../local/db';
import { itemOf, type Item } from '../local/records';
import { dayOf, inBlocks, type Block } from './blocks';

export interface Entry {
  observation: Item<'observation'>;
  photos: Item<'photo'>[];
  /** Its parts: the words, and each photo. */
  n_parts: number;
  n_sent: number;
  /** The server could not take something of it. */
  is_refused: boolean;
  /** Neither the server nor this phone has all of its photos. */
  is_elsewhere: boolean;
}

/** What a list shows: which rows in which blocks, and how to read those that are not known. */
export interface Listed {
  blocks: Block[];
  /** How many rows there are. */
  n: number;
  /** Rows that need not be read, so that they stand there at once. */
  known: Map<string, Entry>;
  read: (ids: string[]) => Promise<Entry[]>;
}

/** The newest observations of a study. Reads no more than it gives. */
export async function newest(space: string, n: number): Promise<Listed> {
  const inTime = (await database()).transaction('records').store.index('time');
  const range = IDBKeyRange.bound([space, 'observation', 0, 0], [space, 'observation', 0, Infinity]);
  const rows: Row[] = [];
  let at = await inTime.openCursor(range, 'prev');
  for (; at && rows.length < n; at = await at.continue()) rows.push(at.value);
  const entries = await withPhotos(rows);
  const blocks = inBlocks(rows.map(({ id }) => id), rows.map(({ at = 0 }) => dayOf(at)));
  return { blocks, n: rows.length, known: byId(entries), read: (ids) => entriesOf(space, ids) };
}

/** Some observations of a study with their photos, in the order asked for; those that are gone are left out. */
export async function entriesOf(space: string, ids: string[]): Promise<Entry[]> {
  const rows = await rowsOf(space, ids);
  return withPhotos(rows.flatMap((row) => (row?.kind === 'observation' && !row.deleted ? row : [])));
}

async function withPhotos(observations: Row[]): Promise<Entry[]> {
  // One transaction: on a slow phone to begin one takes longer than to ask.
  const step = (await database()).transaction(['records', 'bytes']);
  const [byObservation, bytes] = [step.objectStore('records').index('observation'), step.objectStore('bytes')];
  const [pictures, waiting, refused, held] = await Promise.all([
    Promise.all(observations.map(({ id }) => byObservation.getAll(id))),
    bytes.index('state').getAllKeys('waiting'), bytes.index('state').getAllKeys('aside'), bytes.getAllKeys(),
  ]);
  const photos = pictures.flat().filter((row) => row.kind === 'photo' && !row.deleted && row.space === observations[0]?.space);
  return entriesFrom(observations, photos, waiting, refused, held);
}

/**
 * Pure: observations with their photos by position, in the order given. The ids are of photos: those that wait, those that
 * were refused, and all whose bytes this phone holds.
 */
export function entriesFrom(observations: Row[], photos: Row[], waiting: string[], refused: string[], held: string[]): Entry[] {
  const byObservation = new Map<string | null, Item<'photo'>[]>();
  for (const row of photos) {
    const photo = itemOf<'photo'>(row);
    const others = byObservation.get(photo.observation_id);
    if (others) others.push(photo);
    else byObservation.set(photo.observation_id, [photo]);
  }
  for (const own of byObservation.values()) own.sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
  const [unsent, problems, here] = [new Set(waiting), new Set(refused), new Set(held)];
  return observations.map((row) => entryOf(itemOf<'observation'>(row), byObservation.get(row.id) ?? [], unsent, problems, here));
}

export function byId(entries: Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [entry.observation.id, entry]));
}

/** Pure: one observation with its photos, and how much of it the server has. */
export function entryOf(
  observation: Item<'observation'>, photos: Item<'photo'>[], unsent: Set<string>, refused: Set<string>, held = unsent,
): Entry {
  const isUnsent = (photo: Item<'photo'>) => photo.pending > 0 || unsent.has(photo.id);
  const n_unsent = (observation.pending > 0 ? 1 : 0) + photos.filter(isUnsent).length;
  return {
    observation,
    photos,
    n_parts: 1 + photos.length,
    n_sent: 1 + photos.length - n_unsent,
    is_refused: observation.aside > 0 || photos.some((photo) => photo.aside > 0 || refused.has(photo.id)),
    is_elsewhere: photos.some((photo) => isElsewhere(photo, held)),
  };
}

/** Pure: whether another device has yet to send the photo; `held` are the ids of those whose bytes are on this one. */
export function isElsewhere(photo: Item<'photo'>, held: Set<string>): boolean {
  return !photo.is_received && !held.has(photo.id);
}

export type Where = 'refused' | 'conflict' | 'sent' | 'sending' | 'partly' | 'here' | 'elsewhere';

/** Pure: where an observation is, in one word; the catalogue's `where.…` says it to people. */
export function whereIs(entry: Entry, isSending: boolean): Where {
  if (entry.is_refused) return 'refused';
  if (entry.observation.conflicts.length) return 'conflict';
  if (entry.n_sent < entry.n_parts) return isSending ? 'sending' : entry.n_sent ? 'partly' : 'here';
  return entry.is_elsewhere ? 'elsewhere' : 'sent';
}
