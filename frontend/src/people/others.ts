/**
 * Other people's unsent work on this phone: each person has a database of their own, and it waits there until
 * they sign in again. Nothing of it is sent as somebody else; it can be saved as a rescue file.
 */
import { databaseName, openNamed } from '../local/db';

export interface Other {
  name: string;
  n_unsent: number;
  /** Its name, to open it by. */
  database: string;
}

/** Those who have something unsent here, besides the person who is signed in. */
export async function othersHere(): Promise<Other[]> {
  const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
  const theirs = names.filter((name) => name.startsWith('benchmark-') && name !== databaseName());
  const others = await Promise.all(theirs.map(look));
  return others.filter((other) => other.n_unsent > 0);
}

async function look(database: string): Promise<Other> {
  const theirs = await openNamed(database);
  const [name, n_changes, n_waiting, n_refused] = await Promise.all([
    theirs.get('meta', 'name'),
    theirs.count('outbox'),
    theirs.countFromIndex('bytes', 'state', 'waiting'),
    theirs.countFromIndex('bytes', 'state', 'aside'),
  ]);
  theirs.close();
  return { name: String(name?.value ?? ''), n_unsent: n_changes + n_waiting + n_refused, database };
}
