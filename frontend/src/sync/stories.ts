/** Standing things for the tests of sync: one study, one person's database, answers as the server words them. */
import { database, openDatabase, type Op } from '../local/db';
import { newId } from '../local/ids';
import type { Outcome } from './push';
import { takeAnswer, type ServerRecord, type SyncAnswer } from './pull';

export const STUDY = '01930000-0000-7000-8000-000000000001';

/** An empty database for the next story. */
export async function freshPhone(): Promise<void> {
  openDatabase(newId());
  await database();
}

/** An answer of the server about the study. */
export function answerOf(changes: ServerRecord[], rev: number, more: Partial<SyncAnswer> = {}): SyncAnswer {
  const page = { changes, cursor: String(rev), rev, more: false };
  return { epoch: 'first', now: '2017-10-03T07:00:00Z', outcomes: [], spaces: { [STUDY]: page }, ...more };
}

/** An observation as the server sends it. */
export function observation(id: string, rev: number, fields: Record<string, unknown> = {}): ServerRecord {
  return { kind: 'observation', id, rev, text: 'Kartta ovella', tags: [], ...fields };
}

/** Let the server have answered every waiting op with one outcome. */
export async function answered(outcome: Outcome['outcome'], rev: number, more: Partial<Outcome> = {}): Promise<Op[]> {
  const waiting = await (await database()).getAllFromIndex('outbox', 'state', 'waiting');
  const outcomes = waiting.map(({ op_id }) => ({ op_id, outcome, rev, ...more }));
  await takeAnswer({ ...answerOf([], rev), outcomes });
  return waiting.map((one) => one.op);
}
