/**
 * What the phone's database is made of, version by version. An upgrade never drops `outbox` or `bytes`, and touches no
 * more rows than it must: a phone may hold thousands.
 */
import { unwrap, wrap, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { Answered, AnsweredTogether, Row, Tables, TableName } from './db';
import { momentOf } from './when';

export const VERSION = 3;

type Upgrading = IDBPTransaction<Tables, TableName[], 'versionchange'>;

/** Make the tables and indexes, or what is new of them since `from`. */
export async function upgrade(db: IDBPDatabase<Tables>, from: number, _to: number | null, step: Upgrading): Promise<void> {
  // A worker comes after its page, which has made the database: one that is not there was signed out of meanwhile.
  if (!from && 'WorkerGlobalScope' in globalThis) {
    // Whoever opens it hears of it.
    step.done.catch(() => undefined);
    return step.abort();
  }
  if (from < 1) makeTables(db);
  if (from < 2) {
    step.objectStore('records').createIndex('time', ['space', 'kind', 'deleted', 'at']);
    step.objectStore('records').createIndex('observation', 'data.observation_id');
  }
  if (from && from < 3) {
    await listByMoment(unwrap(step.objectStore('records')));
    await joinAnswered(unwrap(step.objectStore('answered')));
  }
}

function makeTables(db: IDBPDatabase<Tables>): void {
  db.createObjectStore('records', { keyPath: ['space', 'id'] });
  const outbox = db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
  outbox.createIndex('op_id', 'op_id', { unique: true });
  outbox.createIndex('state', 'state');
  outbox.createIndex('record', ['space', 'id']);
  db.createObjectStore('answered', { keyPath: 'seq' });
  db.createObjectStore('bytes', { keyPath: 'id' }).createIndex('state', 'state');
  db.createObjectStore('thumbs', { keyPath: 'id' });
  db.createObjectStore('drafts', { keyPath: 'id' }).createIndex('space', 'space');
  db.createObjectStore('meta', { keyPath: 'key' });
}

/** Until version 3 only observations had a moment, and records had four indexes more. */
async function listByMoment(records: IDBObjectStore): Promise<void> {
  for (const name of ['kind', 'kind_anywhere', 'kind_id', 'id']) records.deleteIndex(name);
  const rows = (await wrap(records.getAll())) as Row[];
  for (const row of rows) if (row.at === undefined) records.put({ ...row, at: momentOf(row.kind, row.data) });
}

/** As many changes as are answered together most often. */
const TOGETHER = 100;

/** Until version 3 each answered change had a row of its own, early ones without the moment of the answer. */
async function joinAnswered(answered: IDBObjectStore): Promise<void> {
  const rows = (await wrap(answered.getAll())) as (Answered & { answered_at?: string })[];
  answered.clear();
  for (let from = 0; from < rows.length; from += TOGETHER) {
    const some = rows.slice(from, from + TOGETHER);
    const { op, answered_at = op.at } = some.at(-1)!;
    const changes = some.map(({ answered_at: _, ...change }) => change);
    answered.put({ seq: some[0]!.seq, answered_at, changes } satisfies AnsweredTogether);
  }
}
