/**
 * Answers that are being written: every letter is kept on this phone, and when their person pauses they become one
 * change. What a killed page left behind becomes one as soon as the study is opened again.
 */
import { living, recall, write } from '../local/db';
import { newId } from '../local/ids';
import { itemOf } from '../local/records';
import { queue, wakeEngine } from '../sync/outbox';
import { QUESTIONS, type Question } from './reflections';

type Answers = Partial<Record<Question, string>>;

const keyOf = (space: string) => `answers ${space}`;

/** Keep what has been typed so far. */
export async function keepAnswer(space: string, question: Question, text: string): Promise<void> {
  await write(['meta'], async (step) => {
    const [meta, key] = [step.objectStore('meta'), keyOf(space)];
    await meta.put({ key, value: { ...((await meta.get(key))?.value as Answers | undefined), [question]: text } });
  });
}

/** Make one change of all that was kept. */
export async function saveAnswers(space: string, me: string): Promise<void> {
  if (!(await recall<Answers>(keyOf(space)))) return;
  const fresh = newId();
  await write(['meta', 'records', 'outbox'], async (step) => {
    const [meta, key] = [step.objectStore('meta'), keyOf(space)];
    const kept = ((await meta.get(key))?.value ?? {}) as Answers;
    await meta.delete(key);
    const rows = await step.objectStore('records').index('time').getAll(living(space, 'reflection'));
    const mine = rows.map((row) => itemOf<'reflection'>(row)).find((other) => other.author === me);
    const changed = QUESTIONS.filter((question) => kept[question] !== undefined && kept[question] !== (mine?.[question] ?? ''));
    if (!changed.length) return;
    const set = Object.fromEntries(changed.map((question) => [question, kept[question]]));
    await queue(step, [{ space, kind: 'reflection', id: mine?.id ?? fresh, set: mine ? set : { ...set, author: me } }]);
  });
  wakeEngine();
}
