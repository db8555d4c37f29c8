/** Moving a photo of a draft to another observation: at once, whether the photo is saved already or not. */
import { setBytes, write, type DraftPhoto } from '../local/db';
import { all, type Item } from '../local/records';
import { role } from '../local/session.svelte';
import { queue, wakeEngine, type Change } from '../sync/outbox';
import { setDraft } from './keep';
import { act, say } from '../ui/undo.svelte';
import { t } from '../ui/words';

/** The observations that the person may put a photo into, newest first. */
export async function places(space: string, me: string, except: string): Promise<Item<'observation'>[]> {
  const others = (await all(space, 'observation')).filter((one) => one.id !== except);
  return role(space) === 'lead' ? others : others.filter((one) => one.author === me);
}

/** Move the photo behind the others of `to`. The draft lets go of it in the same transaction when it was new. */
export async function movePhoto(draft: string, space: string, me: string, photo: DraftPhoto, to: string): Promise<void> {
  const position = (await all(space, 'photo')).filter((other) => other.observation_id === to).length;
  if (!photo.is_new) return act(t('photo.moved'), [{ space, kind: 'photo', id: photo.id, set: { observation_id: to, position } }]);
  const { id, sha256, width, height, size, caption, people, people_reason = '' } = photo;
  const set = { observation_id: to, plan_id: null, sha256, width, height, size, caption, people, people_reason, position, author: me };
  const change: Change = { space, kind: 'photo', id, set };
  await write(['records', 'outbox', 'bytes', 'drafts'], async (step) => {
    await queue(step, [change]);
    await setBytes(step, id, { state: 'waiting' });
    await setDraft(step, draft, (kept) => ({ photos: kept.photos.filter((other) => other.id !== id) }));
  });
  wakeEngine();
  say(t('photo.moved'));
}
