/** Earlier releases' databases, opened by this one: nothing that waited to be sent, or may have to be sent again, may be missing. */
import { expect, it } from 'vitest';
import fixture from './version-1.fixture.json';

const PERSON = '018f0000-0000-7000-8000-00000000000a';
const STUDY = '018f0000-0000-7000-8000-00000000000b';
const OTHER = '018f0000-0000-7000-8000-00000000000c';
const AT = '2017-10-03T07:00:00.000Z';

interface Store {
  keyPath: string | string[];
  autoIncrement?: boolean;
  indexes: Record<string, string | string[]>;
  unique?: string[];
}

/** Write the database as version 1 did. */
function writeFirst(): Promise<void> {
  const said = JSON.stringify(fixture.rows).replaceAll('{study}', STUDY).replaceAll('{person}', PERSON);
  const rows = JSON.parse(said, (_key, value: unknown) => {
    const base64 = (value as { base64?: string } | null)?.base64;
    return base64 ? new Uint8Array(Buffer.from(base64, 'base64')).buffer : value;
  }) as Record<string, unknown[]>;
  return writeOld(`benchmark-${PERSON}`, fixture.version, fixture.stores, rows);
}

/** Write a database as it was, by IndexedDB itself. */
function writeOld(base: string, version: number, stores: Record<string, Store>, rows: Record<string, unknown[]>): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(base, version);
    request.onupgradeneeded = () => {
      for (const [name, { keyPath, autoIncrement = false, indexes, unique = [] }] of Object.entries(stores)) {
        const store = request.result.createObjectStore(name, { keyPath, autoIncrement });
        for (const [index, path] of Object.entries(indexes)) store.createIndex(index, path, { unique: unique.includes(index) });
      }
    };
    request.onerror = () => reject(request.error as Error);
    request.onsuccess = () => {
      const transaction = request.result.transaction(Object.keys(rows), 'readwrite');
      for (const [name, values] of Object.entries(rows)) for (const value of values) transaction.objectStore(name).put(value);
      transaction.oncomplete = () => (request.result.close(), resolve());
    };
  });
}

it('finds every change, photo and draft of version 1, ready to be sent', async () => {
  const identity = JSON.stringify({ person: { id: PERSON, name: 'Aino', email: null, language: 'fi' }, device: null });
  globalThis.localStorage = { getItem: () => identity, setItem: () => {}, removeItem: () => {} } as unknown as Storage;
  await writeFirst();
  const { database } = await import('./db');
  const { nextBatch } = await import('../sync/push');
  const { nextPhoto } = await import('../sync/upload');
  const { unsent } = await import('../sync/status.svelte');
  const { draftsOf, openDraft, saveDraft } = await import('../observations/draft');
  const { all } = await import('./records');

  expect((await nextBatch()).map((op) => op.set.text ?? op.kind)).toEqual([
    'Havainto 1 edellisestä versiosta', 'photo', 'Havainto 2 edellisestä versiosta', 'photo',
  ]);
  expect(await unsent()).toMatchObject({ changes: 2, photos: 2, aside: 0 });
  const photo = await nextPhoto();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', photo!.buffer));
  expect(Buffer.from(digest).toString('hex')).toBe(photo!.sha256);

  const [left] = await draftsOf(STUDY);
  const draft = await openDraft(STUDY, PERSON, left!.id);
  expect(draft).toMatchObject({ is_new: true, data: { text: 'Luonnos edellisestä versiosta', tags: ['opasteet'] } });
  await saveDraft(draft!, PERSON);
  expect(await nextBatch()).toHaveLength(6);
  expect(await unsent()).toMatchObject({ changes: 3, photos: 3 });
  expect((await all(STUDY, 'observation')).map((one) => one.text)).toHaveLength(3);
  expect(await (await database()).countFromIndex('bytes', 'state', 'waiting')).toBe(3);
});

it('lists what version 2 had, and sends what it had had answered again after a restore', async () => {
  const { records, ...others } = fixture.stores;
  const indexes = { ...records.indexes, time: ['space', 'kind', 'deleted', 'at'], observation: 'data.observation_id' };
  const row = { space: STUDY, rev: 1, deleted: 0, conflicts: [], pending: 0, aside: 0 };
  const answered = Array.from({ length: 250 }, (_, n) => ({
    seq: 2 * n + 1, space: STUDY, id: `${n}`, person: PERSON, rev: n + 1, op: { op_id: `op ${n}`, space: STUDY, id: `${n}`, base_rev: n, at: AT },
    ...(n > 120 && { answered_at: AT }),
  }));
  await writeOld(`benchmark-${OTHER}`, 2, { ...others, records: { ...records, indexes } }, {
    records: [
      { ...row, id: 'o', kind: 'observation', data: { observed_at: AT }, at: Date.parse(AT) },
      { ...row, id: 'p', kind: 'photo', data: { observation_id: 'o' } },
    ],
    answered,
    meta: [{ key: 'epoch', value: 'first' }, { key: 'cursors', value: { [STUDY]: '250' } }],
  });
  const { database, openDatabase } = await import('./db');
  const { all } = await import('./records');
  const { nextBatch } = await import('../sync/push');
  const { takeAnswer } = await import('../sync/pull');
  openDatabase(OTHER);

  expect((await all(STUDY, 'photo')).map(({ id }) => id)).toEqual(['p']);
  expect((await all(STUDY, 'observation')).map(({ id }) => id)).toEqual(['o']);
  const page = { changes: [], cursor: '130', rev: 130, more: false };
  await takeAnswer({ epoch: 'second', now: AT, outcomes: [], spaces: { [STUDY]: page } });
  expect((await nextBatch()).map((op) => op.op_id)).toEqual(answered.slice(130).map(({ op }) => op.op_id));
  const kept = (await (await database()).getAll('answered')).flatMap(({ changes }) => changes);
  expect(kept.map(({ op }) => op.op_id)).toEqual(answered.slice(0, 130).map(({ op }) => op.op_id));
});
