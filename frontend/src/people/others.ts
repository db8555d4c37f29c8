/**
 * Other people's unsent work on this phone: each person has a database of their own, and it waits there until
 * they sign in again. Nothing of it is sent as somebody else; it can be saved as a rescue file.
 */
import Dexie from 'dexie';
import { Database, db } from '../local/db';

export interface Other {
  name: string;
  n_unsent: number;
  database: Database;
}

/** Those who have something unsent here, besides the person who is signed in. */
export async function othersHere(): Promise<Other[]> {
  const names = (await Dexie.getDatabaseNames()).filter((name) => name.startsWith('benchmark-') && name !== db.name);
  const others = await Promise.all(names.map((name) => look(new Database(name))));
  return others.filter((other) => other.n_unsent > 0);
}

async function look(database: Database): Promise<Other> {
  const [name, n_changes, n_photos] = await Promise.all([
    database.meta.get('name'),
    database.outbox.count(),
    database.bytes.where('state').anyOf('waiting', 'aside').count(),
  ]);
  return { name: String(name?.value ?? ''), n_unsent: n_changes + n_photos, database };
}
