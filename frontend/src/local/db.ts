/**
 * The phone's own database: all that screens read and write. What lies in it is said in `tables.ts`.
 * Each person has a database of their own, so nothing is ever shown to, or sent as, somebody else.
 */
import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { tellOf } from './changes';
import { remembered } from './identity';
import type { Kind } from './records';
import type { Bytes, Row, TableName, Tables } from './tables';
import { upgrade, VERSION } from './upgrade';

export type * from './tables';

/** A person's open database, to read from; every method of it is a transaction of its own. */
export type Database = IDBPDatabase<Tables>;

/** A transaction that writes, as `write` gives it. Reads in it must go through it as well. */
export type Writing = IDBPTransaction<Tables, TableName[], 'readwrite'>;

/** Open a person's database by name, making or upgrading it. Callers close it; `database` gives the common one. */
export function openNamed(name: string, terminated?: () => void): Promise<Database> {
  return openDB<Tables>(name, VERSION, {
    upgrade,
    // A newer release in another tab wants to upgrade: let it, and open anew when next asked.
    blocking: (_from, _to, event) => {
      (event.target as IDBDatabase).close();
      terminated?.();
    },
    terminated,
  });
}

let current = nameOf(remembered()?.person.id);
let opening: Promise<Database> | undefined;

/** The signed-in person's database; before anyone has signed in, an empty one. */
export function database(): Promise<Database> {
  if (opening) return opening;
  const forget = () => {
    if (opening === mine) opening = undefined;
  };
  const mine = openNamed(current, forget);
  // One that could not be opened (storage refused, full disk) is tried anew by the next who asks.
  mine.catch(forget);
  return (opening = mine);
}

/** The name of the signed-in person's database. */
export function databaseName(): string {
  return current;
}

/** Change to another person's database, at sign-in and sign-out. */
export function openDatabase(person: string | undefined): void {
  const name = nameOf(person);
  if (current === name) return;
  void opening?.then((db) => db.close(), () => undefined);
  opening = undefined;
  current = name;
}

/**
 * Write to some tables, all or nothing; screens are told when it is on disk. An error in `work` takes everything back.
 * `work` must wait for nothing but the transaction: the browser ends it at the first pause. On a full phone it is done
 * once more, when copies that the server has were let go. `told` is the database that the server's words are for, bit by
 * bit: it would say them again after a power cut, and whoever writes them says `tellOf` at the end. Once its person has
 * signed out it is closed, and this throws.
 */
export async function write<T>(tables: TableName[], work: (step: Writing) => Promise<T>, told?: Database): Promise<T> {
  try {
    return await writeOnce(tables, work, told);
  } catch (error) {
    if ((error as Error).name !== 'QuotaExceededError' || !(await makeRoom())) throw error;
    return writeOnce(tables, work, told);
  }
}

/** Let go of the copies of pictures that the server has. Returns whether there were any. */
export async function makeRoom(): Promise<boolean> {
  const ids = await (await database()).getAllKeysFromIndex('bytes', 'state', 'sent');
  if (ids.length) await writeOnce(['bytes'], (step) => Promise.all(ids.map((id) => step.objectStore('bytes').delete(id))));
  return ids.length > 0;
}

async function writeOnce<T>(tables: TableName[], work: (step: Writing) => Promise<T>, told?: Database): Promise<T> {
  const durability = told ? 'relaxed' : durabilityOf(tables);
  const step: Writing = (told ?? (await database())).transaction(tables, 'readwrite', { durability });
  try {
    const [answer] = await Promise.all([work(step), step.done]);
    if (!told) tellOf(tables);
    return answer;
  } catch (error) {
    try {
      step.abort();
    } catch {
      // It has ended by itself.
    }
    throw error;
  }
}

/** What a screen calls saved outlives an empty battery; what is only being typed need not wait for the disk. */
function durabilityOf(tables: TableName[]): IDBTransactionDurability {
  return tables.includes('outbox') || tables.includes('bytes') ? 'strict' : 'relaxed';
}

function nameOf(person: string | undefined): string {
  return person ? `benchmark-${person}` : 'benchmark';
}

/** The id of the person whose database has this name. */
export function personOf(name: string): string {
  return name.replace('benchmark-', '');
}

/** The living records of one kind in a space: a range of the index `time` of `records`. */
export function living(space: string, kind: Kind): IDBKeyRange {
  return IDBKeyRange.bound([space, kind, 0], [space, kind, 1]);
}

/** Everything of a space, behind one id: a range of the key of `records` and of the index `record` of `outbox`. */
export function inSpace(space: string, after = ''): IDBKeyRange {
  return IDBKeyRange.bound([space, after], [space, '\uffff'], true);
}

/** Every space of which anything is on this phone. */
export async function spaces(): Promise<string[]> {
  const found: string[] = [];
  let at = await (await database()).transaction('records').store.openKeyCursor();
  for (; at; at = await at.continue([at.key[0], '\uffff'])) found.push(at.key[0]);
  return found;
}

/** Some records of a space, in the order asked for; `undefined` for one that is not here. */
export async function rowsOf(space: string, ids: string[], from?: Writing): Promise<(Row | undefined)[]> {
  if (from) return Promise.all(ids.map((id) => from.objectStore('records').get([space, id])));
  const { store } = (await database()).transaction('records');
  return Promise.all(ids.map((id) => store.get([space, id])));
}

/** Set fields of a picture's bytes, where they are here. */
export async function setBytes(step: Writing, id: string, set: Partial<Bytes>): Promise<void> {
  const kept = await step.objectStore('bytes').get(id);
  if (kept) await step.objectStore('bytes').put({ ...kept, ...set });
}

/** Let go of pictures, large and small. */
export async function dropBytes(step: Writing, ids: string[]): Promise<void> {
  for (const id of ids) {
    await step.objectStore('bytes').delete(id);
    await step.objectStore('thumbs').delete(id);
  }
}

/** Read one value of the `meta` table. */
export async function recall<T>(key: string): Promise<T | undefined> {
  return (await (await database()).get('meta', key))?.value as T | undefined;
}

/** Write one value of the `meta` table. */
export async function remember(key: string, value: unknown): Promise<void> {
  await write(['meta'], (step) => step.objectStore('meta').put({ key, value }));
}
