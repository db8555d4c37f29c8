/**
 * What a lead does to prepare: foci, visits and plans are made, changed and deleted.
 * Typing saves by itself; a delete is a step that can be undone.
 */
import { newId } from '../local/ids';
import { setBytes, write, type DraftPhoto } from '../local/db';
import { all, type Item, type Kind, type Shapes } from '../local/records';
import { fromCorners, mapped, type Corners } from '../plans/homography';
import { onPlan } from '../plans/view';
import { change, queue, wakeEngine, type Change } from '../sync/outbox';
import { act } from '../ui/undo.svelte';
import { t } from '../ui/words';

type Prepared = 'focus' | 'visit' | 'plan';

/** Guiding questions that one focus may have. */
export const MOST_QUESTIONS = 5;

/** Sets fields of one record. */
export async function edit<K extends Kind>(
  space: string, kind: K, id: string, set: Partial<Shapes[K]>, base_rev?: number,
): Promise<void> {
  await change([{ space, kind, id, set, base_rev } as Change]);
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
  await write(['records', 'outbox', 'bytes'], async (step) => {
    await setBytes(step, picture.id, { state: 'waiting' });
    await queue(step, [
      { space, kind: 'plan', id: plan, set: { title, photo_id: picture.id, position: after(others) } },
      pictureOf(space, plan, picture, title),
    ]);
  });
  wakeEngine();
}

/** A plan without a picture: every screen draws it itself. */
export async function addSketch(space: string, title: string, others: { position: number }[]): Promise<void> {
  await change([{ space, kind: 'plan', id: newId(), set: { title, sketch: 'three_zones', position: after(others) } }]);
}

/**
 * Another picture for a plan: what was between these corners of the one before. Pins go to where they were in the
 * place itself; the picture before stays, so that this can be undone.
 */
export async function replacePicture(plan: Item<'plan'>, picture: DraftPhoto, corners: Corners): Promise<void> {
  const { space, id, title } = plan;
  const pinned = (await all(space, 'observation')).filter((one) => one.plan_id === id && one.pin);
  const way = fromCorners(corners);
  await write(['bytes'], (step) => setBytes(step, picture.id, { state: 'waiting' }));
  await act(t('prepare.straightened'), [
    { space, kind: 'plan', id, set: { photo_id: picture.id } },
    pictureOf(space, id, picture, title),
    ...pinned.map((one): Change => ({ space, kind: 'observation', id: one.id, set: { pin: onPlan(mapped(way, one.pin!)) } })),
  ]);
}

function pictureOf(space: string, plan_id: string, picture: DraftPhoto, caption: string): Change {
  const { id, sha256, width, height, size } = picture;
  const set = { plan_id, observation_id: null, sha256, width, height, size, caption, people: 'none', position: 1 } as const;
  return { space, kind: 'photo', id, set };
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
