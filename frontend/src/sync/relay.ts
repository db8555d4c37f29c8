/** A record and what waits of it. Knows nobody who is signed in, so that a worker may use it. */
import type { Queued, Row, Writing } from '../local/db';
import { overlaid } from './overlay';

/** Every op on a record that the server has not taken, oldest first. */
export async function opsOn(step: Writing, space: string, id: string): Promise<Queued[]> {
  return step.objectStore('outbox').index('record').getAll([space, id]);
}

/** Lay the unanswered ops over a record anew. */
export async function relay(step: Writing, space: string, id: string): Promise<Row | undefined> {
  const row = await step.objectStore('records').get([space, id]);
  if (!row) return undefined;
  const laid = overlaid(row, await opsOn(step, space, id));
  await step.objectStore('records').put(laid);
  return laid;
}
