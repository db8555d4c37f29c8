/** Keeping a photo's bytes on the phone while its record is still being written. */
import { db, type DraftPhoto } from '../local/db';
import { newId } from '../local/ids';
import type { PhotoProblem } from './shrink';

/** Make a file into a photo of a draft: its bytes are on disk, and read back, before it is shown. */
export async function addPhoto(space: string, person: string, file: Blob): Promise<DraftPhoto | { problem: PhotoProblem }> {
  const { prepare } = await import('./prepare');
  const answer = await prepare(file);
  if ('problem' in answer) return answer;
  const { type, buffer, thumb, sha256, width, height, size } = answer.photo;
  const id = newId();
  await db.transaction('rw', db.bytes, db.thumbs, async () => {
    await db.bytes.put({ id, space, person, type, buffer, sha256, state: 'draft' });
    await db.thumbs.put({ id, type, buffer: thumb });
  });
  const kept = await db.bytes.get(id);
  if (kept?.buffer.byteLength !== size) throw new Error('the phone did not keep the picture');
  return { id, sha256, width, height, size, caption: '', people: 'unanswered', is_new: true };
}

/** Take a photo out of a draft. */
export async function dropPhoto(photo: DraftPhoto): Promise<void> {
  if (!photo.is_new) return;
  await db.bytes.delete(photo.id);
  await db.thumbs.delete(photo.id);
}
