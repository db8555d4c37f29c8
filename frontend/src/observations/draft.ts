/**
 * Drafts: what a person is writing, kept on every change, so that a killed page costs nothing.
 * `saveDraft` turns one into an observation in a single transaction.
 */
import { database, dropBytes, rowsOf, setBytes, write, type Draft, type DraftPhoto, type ObservationText, type Writing } from '../local/db';
import { newId } from '../local/ids';
import { all, itemOf, one, type Item } from '../local/records';
import { queue, wakeEngine, type Change } from '../sync/outbox';
import { visitAt, withOffset } from './moment';

const TEXTS = ['text', 'thought', 'with_us', 'question', 'observer', 'feeling', 'focus_id', 'visit_id', 'plan_id', 'pin', 'observed_at'] as const;

/**
 * The draft to write on. With `id`: the draft that was left under it, else an edit of that observation.
 * Without: a new one, whatever other drafts there are.
 */
export async function openDraft(space: string, me: string, id?: string): Promise<Draft | undefined> {
  if (!id) return newDraft(space, me);
  const left = await (await database()).get('drafts', id);
  if (left) return left;
  const item = await one(space, 'observation', id);
  return item && editOf(item);
}

/** What has been begun in a study and not saved yet, the latest first. */
export async function draftsOf(space: string): Promise<Draft[]> {
  const drafts = await (await database()).getAllFromIndex('drafts', 'space', space);
  return drafts.sort((a, b) => b.updated_at - a.updated_at);
}

/** An empty draft of an observation made now. */
export async function newDraft(space: string, me: string): Promise<Draft> {
  const now = new Date();
  const data: ObservationText = {
    text: '', thought: '', feeling: null, focus_id: null, tags: [], with_us: '', question: '', observer: '', plan_id: null, pin: null,
    visit_id: visitAt(await all(space, 'visit'), now, me),
    observed_at: withOffset(now),
  };
  return { id: newId(), space, is_new: true, data, photos: [], base_rev: 0, updated_at: 0 };
}

async function editOf(item: Item<'observation'>): Promise<Draft> {
  const text = () => JSON.parse(JSON.stringify({ ...pickTexts(item), tags: item.tags })) as ObservationText;
  const photos = (await all(item.space, 'photo')).filter((photo) => photo.observation_id === item.id);
  return {
    id: item.id, space: item.space, is_new: false, data: text(), before: text(), base_rev: item.rev, updated_at: 0,
    photos: photos.map(({ id, sha256, width, height, size, caption, people, people_reason }) => ({
      id, sha256, width, height, size, caption, people, people_reason, is_new: false,
    })),
  };
}

function pickTexts(item: Item<'observation'>): Partial<ObservationText> {
  return Object.fromEntries(TEXTS.map((field) => [field, item[field]]));
}

/** Whether there is enough to save: words or a photo. */
export function isEnough(draft: Draft): boolean {
  return draft.photos.length > 0 || [draft.data.text, draft.data.thought, draft.data.with_us].some((text) => text.trim());
}

/** Keep the draft. Resolves when it is on disk. */
export async function keepDraft(draft: Draft): Promise<void> {
  await write(['drafts'], (step) => step.objectStore('drafts').put({ ...draft, updated_at: Date.now() }));
}

/** Throw the draft away, with the bytes of its new photos. */
export async function discardDraft(draft: Draft): Promise<void> {
  await write(['drafts', 'bytes', 'thumbs'], async (step) => {
    await dropBytes(step, [...fresh(draft.photos), ...fresh(removedFrom(draft))]);
    await step.objectStore('drafts').delete(draft.id);
  });
}

export interface SavedDraft {
  observation: Item<'observation'> | undefined;
  photos: Item<'photo'>[];
}

/**
 * Save: record, photos, bytes and ops in one transaction; the draft ends. Resolves when all is on disk, with
 * what was written as it reads back.
 */
export async function saveDraft(draft: Draft, me: string): Promise<SavedDraft> {
  const { space, id } = draft;
  const known = draft.is_new ? [] : await all(space, 'photo');
  const photos = known.filter((photo) => photo.observation_id === id);
  const written = await write(['records', 'outbox', 'bytes', 'thumbs', 'drafts'], async (step) => {
    await queue(step, changesOf(draft, photos, me));
    const added = fresh(draft.photos);
    for (const photo of added) await setBytes(step, photo, { state: 'waiting' });
    // Of a picture that was edited after it had been saved, this phone keeps nothing uncovered.
    await dropBytes(step, [...fresh(removedFrom(draft)), ...(draft.replaced ?? [])]);
    await step.objectStore('drafts').delete(id);
    return readBack(step, space, id, added);
  });
  wakeEngine();
  return written;
}

async function readBack(step: Writing, space: string, id: string, photos: string[]): Promise<SavedDraft> {
  const rows = await rowsOf(space, [id, ...photos], step);
  const [observation, ...others] = rows.map((row) => row && itemOf(row));
  return {
    observation: observation as Item<'observation'> | undefined,
    photos: others.filter((photo) => photo !== undefined) as Item<'photo'>[],
  };
}

/** Pure: the changes that make the records say what the draft says. */
export function changesOf(draft: Draft, saved: Item<'photo'>[], me: string): Change[] {
  const { space, id, is_new } = draft;
  const own = observationChange(draft, me);
  // Only what the person took away: a photo that came meanwhile from elsewhere stays.
  const gone = new Set([...removedFrom(draft).map((photo) => photo.id), ...(draft.replaced ?? [])]);
  const removed = saved.filter((photo) => gone.has(photo.id));
  return [
    ...(own ? [own] : []),
    ...draft.photos.flatMap((photo, position) => {
      const before = saved.find((other) => other.id === photo.id);
      return photoChange(space, id, photo, position, before, me) ?? [];
    }),
    ...(is_new ? [] : removed.map((photo): Change => ({ space, kind: 'photo', id: photo.id, deleted: true }))),
  ];
}

function observationChange(draft: Draft, me: string): Change | undefined {
  const { space, id, data, before, base_rev } = draft;
  const changed = TEXTS.filter((field) => !before || !isSame(data[field], before[field]));
  const set = Object.fromEntries(changed.map((field) => [field, data[field]]));
  const tags = { add: less(data.tags, before?.tags ?? []), remove: less(before?.tags ?? [], data.tags) };
  if (before && !changed.length && !tags.add.length && !tags.remove.length) return undefined;
  const change: Change = { space, kind: 'observation', id, set: before ? set : { ...set, author: me }, base_rev };
  if (tags.add.length) change.add = { tags: tags.add };
  if (tags.remove.length) change.remove = { tags: tags.remove };
  return change;
}

function photoChange(
  space: string, observation_id: string, photo: DraftPhoto, position: number, before: Item<'photo'> | undefined, me: string,
): Change | undefined {
  const { id, sha256, width, height, size, caption, people, people_reason = '' } = photo;
  if (!before) {
    // A saved photo that is here no more was moved or deleted elsewhere.
    if (!photo.is_new) return undefined;
    const set = {
      observation_id, plan_id: null, sha256, width, height, size, caption, people, people_reason, position, author: me,
    };
    return { space, kind: 'photo', id, set };
  }
  const now = { caption, people, people_reason, position };
  const set = Object.fromEntries(Object.entries(now).filter(([field, value]) => before[field as keyof typeof now] !== value));
  return Object.keys(set).length ? { space, kind: 'photo', id, set } : undefined;
}

function fresh(photos: DraftPhoto[]): string[] {
  return photos.filter((photo) => photo.is_new).map((photo) => photo.id);
}

function removedFrom(draft: Draft): DraftPhoto[] {
  return (draft.removed ?? []).map(({ photo }) => photo);
}

function less(values: string[], others: string[]): string[] {
  return values.filter((value) => !others.includes(value));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
