/**
 * Drafts: what a person is writing, kept on every change, so that a killed page costs nothing.
 * `saveDraft` turns one into an observation in a single transaction.
 */
import { db, type Draft, type DraftPhoto, type ObservationText } from '../local/db';
import { newId } from '../local/ids';
import { all, itemOf, one, type Item } from '../local/records';
import { queue, wakeEngine, type Change } from '../sync/outbox';
import { visitAt, withOffset } from './moment';

const TEXTS = ['text', 'thought', 'with_us', 'feeling', 'focus_id', 'visit_id', 'plan_id', 'pin', 'observed_at'] as const;

/** The draft to write on: the one left open, else a new one. With `id`: an edit of that observation. */
export async function openDraft(space: string, me: string, id?: string): Promise<Draft | undefined> {
  if (!id) {
    return (await leftOpen(space)) ?? newDraft(space, me);
  }
  const left = await db.drafts.get(id);
  if (left) return left;
  const item = await one(space, 'observation', id);
  return item && editOf(item);
}

/** The new observation of a study that was begun and neither saved nor discarded. */
export async function leftOpen(space: string): Promise<Draft | undefined> {
  return db.drafts.where('space').equals(space).filter((draft) => draft.is_new).first();
}

async function newDraft(space: string, me: string): Promise<Draft> {
  const now = new Date();
  const data: ObservationText = {
    text: '', thought: '', feeling: null, focus_id: null, tags: [], with_us: '', plan_id: null, pin: null,
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
    photos: photos.map(({ id, sha256, width, height, size, caption, people }) => ({
      id, sha256, width, height, size, caption, people, is_new: false,
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
  await db.drafts.put({ ...draft, updated_at: Date.now() });
}

/** Throw the draft away, with the bytes of its new photos. */
export async function discardDraft(draft: Draft): Promise<void> {
  await db.transaction('rw', db.drafts, db.bytes, db.thumbs, async () => {
    const fresh = draft.photos.filter((photo) => photo.is_new).map((photo) => photo.id);
    await db.bytes.bulkDelete(fresh);
    await db.thumbs.bulkDelete(fresh);
    await db.drafts.delete(draft.id);
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
  const written = await db.transaction('rw', [db.records, db.outbox, db.bytes, db.drafts], async () => {
    await queue(changesOf(draft, photos, me));
    const fresh = draft.photos.filter((photo) => photo.is_new).map((photo) => photo.id);
    await db.bytes.where('id').anyOf(fresh).modify({ state: 'waiting' });
    await db.drafts.delete(id);
    return readBack(space, id, fresh);
  });
  wakeEngine();
  return written;
}

async function readBack(space: string, id: string, photos: string[]): Promise<SavedDraft> {
  const rows = await db.records.bulkGet([id, ...photos].map((one) => [space, one] as [string, string]));
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
  const kept = new Set(draft.photos.map((photo) => photo.id));
  const removed = saved.filter((photo) => !kept.has(photo.id));
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
  const { id, sha256, width, height, size, caption, people } = photo;
  if (!before) {
    const set = { observation_id, plan_id: null, sha256, width, height, size, caption, people, position, author: me };
    return { space, kind: 'photo', id, set };
  }
  const now = { caption, people, position };
  const set = Object.fromEntries(Object.entries(now).filter(([field, value]) => before[field as keyof typeof now] !== value));
  return Object.keys(set).length ? { space, kind: 'photo', id, set } : undefined;
}

function less(values: string[], others: string[]): string[] {
  return values.filter((value) => !others.includes(value));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
