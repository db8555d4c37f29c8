/** Coming in and going out: every way a person gets, keeps or ends a session on this phone. */
import { deleteDB } from 'idb';
import { api } from '../api/client';
import { databaseName } from '../local/db';
import { forgetForm } from '../local/form';
import type { Language, Person } from '../local/identity';
import { adopt, leave, session, type SessionAnswer } from '../local/session.svelte';
import { wakeEngine } from '../sync/outbox';
import { language, setLanguage } from '../ui/words';

/** Ask the server who we are; what it cannot say now it says later. */
export async function refreshSession(): Promise<void> {
  adopt(await api.get<SessionAnswer>('/session'));
}

/**
 * Join a study with its code. Resolves with the study's id. Whom the server does not know any more is the same person
 * again under the same name, so that what this phone keeps of them is sent.
 */
export async function join(code: string, name: string): Promise<string> {
  const before = session.isExpired && isSame(name, session.person?.name) ? { person: session.person?.id } : {};
  const answer = await api.post<SessionAnswer & { space: string }>('/join', { code, name, ...before, language: language.current });
  await enter(answer);
  return answer.space;
}

/** Sign in as a lead. */
export async function signIn(email: string, password: string): Promise<void> {
  await enter(await api.post<SessionAnswer>('/session', { email, password }));
}

export interface SetupForm {
  token: string;
  team: string;
  name: string;
  email: string;
  password: string;
}

/** Create the first team and its lead from the one-time link. */
export async function setUp(form: SetupForm): Promise<void> {
  await enter(await api.post<SessionAnswer>('/setup', { ...form, language: language.current }));
}

/** Change my name or language; the language also on this phone at once. */
export async function changeMe(change: { name?: string; language?: Language }): Promise<void> {
  if (change.language) await setLanguage(change.language);
  const person = await api.patch<Person>('/me', change);
  adopt({ person, device: session.device, is_set_up: true });
}

/** End the session here and at the server, and clear this phone of the person's data. */
export async function signOut(): Promise<void> {
  await api.delete('/session');
  const own = databaseName();
  leave();
  forgetForm();
  await deleteDB(own);
  await Promise.all(['benchmark-photos', 'benchmark-plans'].map((name) => globalThis.caches?.delete(name)));
}

function isSame(name: string, other = ''): boolean {
  return name.trim().toLocaleLowerCase() === other.toLocaleLowerCase();
}

async function enter(answer: SessionAnswer): Promise<void> {
  adopt(answer);
  if (answer.person && answer.person.language !== language.current) await setLanguage(answer.person.language);
  wakeEngine();
}
