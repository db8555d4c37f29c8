/**
 * Pictures now, words later: each picture becomes an observation of its own at once; which of them still
 * want words, this phone remembers.
 */
import { recall, rowsOf, setBytes, write, type DraftPhoto } from '../local/db';
import { itemOf, type Item } from '../local/records';
import { made, putBytes } from '../photos/keep';
import type { PhotoProblem } from '../photos/shrink';
import { queue, wakeEngine } from '../sync/outbox';
import { changesOf, newDraft } from './draft';

const keyOf = (space: string) => `without words ${space}`;

/** Save a picture as an observation: picture, record and ops in one transaction. */
export async function savePicture(space: string, me: string, from: Blob | ImageBitmap): Promise<DraftPhoto | { problem: PhotoProblem }> {
  const draft = await newDraft(space, me);
  const answer = await made(from);
  if ('problem' in answer) return answer;
  const { photo, bytes } = answer;
  await write(['records', 'outbox', 'bytes', 'thumbs', 'meta'], async (step) => {
    await putBytes(step, photo.id, space, bytes);
    await queue(step, changesOf({ ...draft, photos: [photo] }, [], me));
    await setBytes(step, photo.id, { state: 'waiting' });
    const [meta, key] = [step.objectStore('meta'), keyOf(space)];
    const ids = ((await meta.get(key))?.value ?? []) as string[];
    await meta.put({ key, value: [...ids, draft.id] });
  });
  wakeEngine();
  return photo;
}

/** The observations made so that have no words yet, in the order they were made. */
export async function withoutWords(space: string): Promise<Item<'observation'>[]> {
  const ids = (await recall<string[]>(keyOf(space))) ?? [];
  const rows = await rowsOf(space, ids);
  return rows
    .flatMap((row) => (row && !row.deleted ? [itemOf<'observation'>(row)] : []))
    .filter((one) => !one.text && !one.thought && !one.with_us);
}
