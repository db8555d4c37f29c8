/**
 * `session`: who is signed in here and what they may do, known without the network.
 * The server's word comes through `adopt`; a 401 sets `isExpired` and throws nothing away.
 */
import type { components } from '../api/types';
import { onChanges } from './changes';
import { openDatabase, remember, spaces } from './db';
import { keepIdentity, remembered, type Identity, type Person } from './identity';
import { one, type Role } from './records';

export type { Language, Person } from './identity';

/** The server's answer about the session. */
export type SessionAnswer = components['schemas']['Session'];

const first = remembered();

class Session {
  person = $state.raw<Person | null>(first?.person ?? null);
  device = $state.raw<string | null>(first?.device ?? null);
  /** Whether the server has its first lead; assumed until it says otherwise. */
  isSetUp = $state(true);
  /** The server no longer knows this phone; sending waits until the same person signs in. */
  isExpired = $state(false);
  /** My role in each study. */
  roles = $state.raw<Record<string, Role>>({});
  /** Whether `roles` has been read from the phone's database. */
  isReady = $state(false);
}

export const session = new Session();

/** My role in a study, or `undefined` when it is not mine. */
export function role(space: string): Role | undefined {
  return session.roles[space];
}

/** Take over what the server says about the session. */
export function adopt(answer: SessionAnswer): void {
  session.isSetUp = answer.is_set_up;
  if (answer.person) become({ person: answer.person, device: answer.device });
  else if (session.person) session.isExpired = true;
}

/** Leave: forget the identity on this phone. What is unsent stays in the person's database. */
export function leave(): void {
  keepIdentity(undefined);
  session.person = null;
  session.device = null;
  session.isExpired = false;
  openDatabase(undefined);
  follow();
}

/** Be this person on this phone: the server has said so, here or in another tab. */
export function become(identity: Identity): void {
  const isOther = session.person?.id !== identity.person.id;
  keepIdentity(identity);
  openDatabase(identity.person.id);
  // So that an unsent outbox can be told by name to whoever uses this phone next.
  void remember('name', identity.person.name);
  session.person = identity.person;
  session.device = identity.device;
  session.isExpired = false;
  if (isOther) follow();
}

let unfollow = () => {};

/** Keep `roles` true to the participant records of the person. */
export function follow(): void {
  unfollow();
  unfollow = onChanges((tables) => void (tables.has('records') && readRoles()));
  session.isReady = false;
  void readRoles();
}

async function readRoles(): Promise<void> {
  const me = session.person?.id;
  const found = me ? await Promise.all((await spaces()).map((space) => one(space, 'participant', me))) : [];
  if (me !== session.person?.id) return;
  const mine = found.flatMap((mine) => (mine && !mine.is_removed ? mine : []));
  const roles = Object.fromEntries(mine.map(({ space, role }) => [space, role]));
  if (JSON.stringify(roles) !== JSON.stringify(session.roles)) session.roles = roles;
  session.isReady = true;
}
