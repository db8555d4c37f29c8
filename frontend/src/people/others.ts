/**
 * Other people's unsent work on this phone: each person has a database of their own, and it waits there until
 * they sign in again. Nothing of it is sent as somebody else; it can be saved as a rescue file.
 */
import { databaseName, openNamed, type Database } from '../local/db';

export interface Other {
  name: string;
  n_unsent: number;
  database: Database;
}

/** Those who have something unsent here, besides the person who is signed in. */
export async function othersHere(): Promise<Other[]> {
  const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
  const theirs = names.filter((name) => name.startsWith('benchmark-') && name !== databaseName());
  const others = await Promise.all(theirs.map(async (name) => look(await openNamed(name))));
  return others.filter((other) => other.n_unsent > 0);
}

async function look(database: Database): Promise<Other> {
  const [name, n_changes, n_waiting, n_refused] = await Promise.all([
    database.get('meta', 'name'),
    database.count('outbox'),
    database.countFromIndex('bytes', 'state', 'waiting'),
    database.countFromIndex('bytes', 'state', 'aside'),
  ]);
  return { name: String(name?.value ?? ''), n_unsent: n_changes + n_waiting + n_refused, database };
}
