/**
 * What a lead does to prepare: foci, visits and plans are made, changed and deleted.
 * Typing saves by itself; a delete is a step that can be undone.
 */
import { newId } from '../local/ids';
import { db, type DraftPhoto } from '../local/db';
import type { Item, Kind, Shapes } from '../local/records';
import { change, queue, wakeEngine, type Change } from '../sync/outbox';
import { act } from '../ui/undo.svelte';
import { t } from '../ui/words';

type Prepared = 'focus' | 'visit' | 'plan';

/** Guiding questions that one focus may have. */
export const MOST_QUESTIONS = 5;

/** Sets fields of one record. */
export async function edit<K extends Kind>(space: string, kind: K, id: string, set: Partial<Shapes[K]>): Promise<void> {
  await change([{ space, kind, id, set } as Change]);
}

/** A new focus or visit after the others; gives its id. */
export async function add(space: string, kind: 'focus' | 'visit', others: { position: number }[]): Promise<string> {
  const id = newId();
  await change([{ space, kind, id, set: { position: after(others) } }]);
  return id;
}

/** Deletes with a toast that can bring it back. */
export async function remove(space: string, kind: Prepared, id: string): Promise<void> {
  await act(t(`prepare.${kind}_removed`), [{ space, kind, id, deleted: true }]);
}

/** Gives a focus or a visit to someone, or takes it away. */
export async function assign(item: Item<'focus'> | Item<'visit'>, kind: 'focus' | 'visit', person: string): Promise<void> {
  const people = { people: [person] };
  const way = item.people.includes(person) ? { remove: people } : { add: people };
  await change([{ space: item.space, kind, id: item.id, ...way }]);
}

/** A plan with its picture, whose bytes are on this device already: from here on they are to be sent. */
export async function addPlan(space: string, picture: DraftPhoto, title: string, others: { position: number }[]): Promise<void> {
  const plan = newId();
  const { id: photo, sha256, width, height, size } = picture;
  const shown = { plan_id: plan, observation_id: null, sha256, width, height, size, caption: title, people: 'none', position: 1 } as const;
  await db.transaction('rw', db.records, db.outbox, db.bytes, async () => {
    await db.bytes.update(photo, { state: 'waiting' });
    await queue([
      { space, kind: 'plan', id: plan, set: { title, photo_id: photo, position: after(others) } },
      { space, kind: 'photo', id: photo, set: shown },
    ]);
  });
  wakeEngine();
}

/** The questions with one of them written anew; an index past the end adds one. */
export function withQuestion(questions: string[], index: number, text: string): string[] {
  const next = [...questions];
  next[index] = text.trim();
  return next.filter(Boolean).slice(0, MOST_QUESTIONS);
}

function after(others: { position: number }[]): number {
  return Math.max(0, ...others.map(({ position }) => position)) + 1;
}
