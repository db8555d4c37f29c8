/** Keeping a photo's bytes on the phone while its record is still being written. */
import { database, dropBytes, write, type Draft, type DraftPhoto, type Writing } from '../local/db';
import { newId } from '../local/ids';
import type { Edit } from './edit';
import type { PhotoProblem, Shrunk, Source } from './shrink';

type Answer = DraftPhoto | { problem: PhotoProblem };

/**
 * Make a file, or a picture just taken, into a photo: its bytes are on disk, and read back, before it is shown.
 * The draft that it belongs to names it in the same transaction.
 */
export async function addPhoto(space: string, from: Source['from'], draft?: Draft): Promise<Answer> {
  const answer = await made(from);
  if ('problem' in answer) return answer;
  const { photo, bytes } = answer;
  await write(['bytes', 'thumbs', 'drafts'], async (step) => {
    await putBytes(step, photo.id, space, bytes);
    if (!draft) return;
    const kept = (await step.objectStore('drafts').get(draft.id)) ?? draft;
    await step.objectStore('drafts').put({ ...kept, photos: [...kept.photos, photo], updated_at: Date.now() });
  });
  return photo;
}

/** A photo that is nowhere yet, with its bytes. */
export async function made(from: Source['from']): Promise<{ photo: DraftPhoto; bytes: Shrunk } | { problem: PhotoProblem }> {
  const { prepare } = await import('./prepare');
  const answer = await prepare({ from });
  if (!(from instanceof Blob)) from.close();
  if ('problem' in answer) return answer;
  const about = { caption: '', people: 'unanswered', people_reason: '', is_new: true } as const;
  return { photo: { id: newId(), ...facts(answer.photo), ...about }, bytes: answer.photo };
}

/**
 * Burn an edit into a photo of a draft. The photo gets a new id; in the same transaction the draft names it and the
 * bytes from before go: what was covered is nowhere any more. Of a photo that is saved already, they go with the draft.
 */
export async function editPhoto(draft: string, space: string, old: DraftPhoto, edit: Edit): Promise<Answer> {
  const from = await bytesOf(old.id, space);
  const { prepare } = await import('./prepare');
  const answer = from ? await prepare({ from, edit }) : ({ problem: 'photo_damaged' } as const);
  if ('problem' in answer) return answer;
  const fresh: DraftPhoto = { ...old, ...facts(answer.photo), id: newId(), is_new: true };
  await write(['bytes', 'thumbs', 'drafts'], async (step) => {
    await putBytes(step, fresh.id, space, answer.photo);
    await setDraft(step, draft, (kept) => ({
      photos: kept.photos.map((photo) => (photo.id === old.id ? fresh : photo)),
      replaced: old.is_new ? kept.replaced : [...(kept.replaced ?? []), old.id],
      editing: undefined,
    }));
    if (old.is_new) await dropBytes(step, [old.id]);
  });
  return fresh;
}

/** The picture to edit: this phone's own bytes, else the server's; `undefined` when neither can be had. */
export async function bytesOf(id: string, space: string): Promise<Blob | undefined> {
  const kept = await (await database()).get('bytes', id);
  if (kept) return new Blob([kept.buffer], { type: kept.type });
  const answer = await fetch(`/api/v1/photos/${id}/screen?space=${space}`).catch(() => undefined);
  return answer?.ok ? answer.blob() : undefined;
}

/** Change a draft as it lies on the phone, if it is there. */
export async function setDraft(step: Writing, id: string, change: (kept: Draft) => Partial<Draft>): Promise<void> {
  const kept = await step.objectStore('drafts').get(id);
  if (kept) await step.objectStore('drafts').put({ ...kept, ...change(kept) });
}

/** Write a photo's bytes and read them back. */
export async function putBytes(step: Writing, id: string, space: string, photo: Shrunk): Promise<void> {
  const { type, buffer, thumb, sha256, size } = photo;
  await step.objectStore('bytes').put({ id, space, type, buffer, sha256, state: 'draft' });
  await step.objectStore('thumbs').put({ id, type, buffer: thumb });
  const kept = await step.objectStore('bytes').get(id);
  if (kept?.buffer.byteLength !== size) throw new Error('the phone did not keep the picture');
}

function facts({ sha256, width, height, size }: Shrunk): Pick<DraftPhoto, 'sha256' | 'width' | 'height' | 'size'> {
  return { sha256, width, height, size };
}
