import { beforeEach, expect, it } from 'vitest';
import { database, type Draft, type DraftPhoto } from '../local/db';
import { newId } from '../local/ids';
import { all, one } from '../local/records';
import { change } from '../sync/outbox';
import { nextBatch } from '../sync/push';
import { takeAnswer } from '../sync/pull';
import { answerOf, freshPhone, observation, STUDY } from '../sync/stories';
import { changesOf, discardDraft, draftsOf, isEnough, keepDraft, openDraft, saveDraft } from './draft';

const ME = newId();

beforeEach(freshPhone);

async function written(text = 'Kartta ovella'): Promise<Draft> {
  const draft = (await openDraft(STUDY, ME))!;
  draft.data.text = text;
  return draft;
}

async function photographed(draft: Draft): Promise<DraftPhoto> {
  const photo: DraftPhoto = {
    id: newId(), sha256: 'ab', width: 4, height: 3, size: 3, caption: '', people: 'unanswered', is_new: true,
  };
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  await (await database()).put('bytes', { id: photo.id, space: STUDY, type: 'image/jpeg', buffer, sha256: 'ab', state: 'draft' });
  draft.photos.push(photo);
  return photo;
}

it('comes back to the draft that was left open', async () => {
  const draft = await written();
  await keepDraft(draft);
  expect(await openDraft(STUDY, ME, draft.id)).toMatchObject({ id: draft.id, data: { text: 'Kartta ovella' } });
});

it('keeps several drafts apart, the latest first', async () => {
  const [one, other] = [await written('Kartta'), await written('Jono')];
  const db = await database();
  await db.put('drafts', { ...one, updated_at: 1 });
  await db.put('drafts', { ...other, updated_at: 2 });
  expect((await openDraft(STUDY, ME))!.data.text).toBe('');
  expect((await draftsOf(STUDY)).map((draft) => draft.data.text)).toEqual(['Jono', 'Kartta']);
  await saveDraft(one, ME);
  expect(await openDraft(STUDY, ME, other.id)).toMatchObject({ is_new: true, data: { text: 'Jono' } });
});

it('needs words or a photo', async () => {
  const draft = await written('   ');
  expect(isEnough(draft)).toBe(false);
  await photographed(draft);
  expect(isEnough(draft)).toBe(true);
});

it('saves record, photo, bytes and ops together, and ends the draft', async () => {
  const draft = await written();
  const photo = await photographed(draft);
  await keepDraft(draft);
  const saved = await saveDraft(draft, ME);

  expect(saved.observation).toMatchObject({ text: 'Kartta ovella', author: ME, pending: 1 });
  expect(saved.photos.map(({ id }) => id)).toEqual([photo.id]);
  expect(await one(STUDY, 'photo', photo.id)).toMatchObject({ observation_id: draft.id, author: ME });
  expect(await (await database()).get('bytes', photo.id)).toMatchObject({ state: 'waiting' });
  expect((await nextBatch()).map((op) => op.kind)).toEqual(['observation', 'photo']);
  expect(await (await database()).count('drafts')).toBe(0);
});

it('sends only what an edit changed, with the revision that was looked at', async () => {
  const id = newId();
  await takeAnswer(answerOf([observation(id, 5, { thought: 'ennen', tags: ['kartta'] })], 5));
  const draft = (await openDraft(STUDY, ME, id))!;
  draft.data.thought = 'nyt';
  draft.data.tags = ['opasteet'];
  await takeAnswer(answerOf([observation(id, 9, { thought: 'toisen', tags: ['kartta'] })], 9));
  await saveDraft(draft, ME);
  expect(await nextBatch()).toMatchObject([
    { base_rev: 5, set: { thought: 'nyt' }, add: { tags: ['opasteet'] }, remove: { tags: ['kartta'] } },
  ]);
});

it('sends nothing when an edit changed nothing', async () => {
  const id = newId();
  await takeAnswer(answerOf([observation(id, 5)], 5));
  await saveDraft((await openDraft(STUDY, ME, id))!, ME);
  expect(await nextBatch()).toEqual([]);
});

it('deletes a photo that an edit took away, and no other', async () => {
  const id = newId();
  const [kept, gone, other] = [newId(), newId(), newId()];
  await takeAnswer(answerOf([observation(id, 1)], 1));
  await change([kept, gone].map((photo, position) => ({
    space: STUDY, kind: 'photo', id: photo, set: { observation_id: id, people: 'none', position },
  })));
  await change([{ space: STUDY, kind: 'photo', id: other, set: { observation_id: newId() } }]);
  const draft = (await openDraft(STUDY, ME, id))!;
  draft.removed = draft.photos.splice(1, 1).map((photo) => ({ photo, position: 1 }));
  expect(draft.removed[0]!.photo.id).toBe(gone);
  // Moved here from another observation while the form was open.
  await change([{ space: STUDY, kind: 'photo', id: newId(), set: { observation_id: id, position: 2 } }]);
  expect(changesOf(draft, await all(STUDY, 'photo').then((all) => all.filter((photo) => photo.observation_id === id)), ME)).toEqual([
    { space: STUDY, kind: 'photo', id: gone, deleted: true },
  ]);
});

it('lets an edited picture take the place of a saved one', async () => {
  const id = newId();
  const old = newId();
  await takeAnswer(answerOf([observation(id, 1)], 1));
  await change([{ space: STUDY, kind: 'photo', id: old, set: { observation_id: id, people: 'none' } }]);
  const draft = (await openDraft(STUDY, ME, id))!;
  const fresh = { ...draft.photos[0]!, id: newId(), is_new: true };
  const changes = changesOf({ ...draft, photos: [fresh], replaced: [old] }, await all(STUDY, 'photo'), ME);
  expect(changes.map((one) => [one.id, one.deleted ?? false])).toEqual([[fresh.id, false], [old, true]]);
});

it('throws away the bytes of a discarded draft', async () => {
  const draft = await written();
  await photographed(draft);
  await keepDraft(draft);
  await discardDraft(draft);
  expect([await (await database()).count('drafts'), await (await database()).count('bytes'), await (await database()).count('outbox')]).toEqual([0, 0, 0]);
});
