/** The previous release's database, opened by this one: nothing that waited to be sent may be missing. */
import { expect, it } from 'vitest';
import fixture from './version-1.fixture.json';

const PERSON = '018f0000-0000-7000-8000-00000000000a';
const STUDY = '018f0000-0000-7000-8000-00000000000b';

interface Store {
  keyPath: string | string[];
  autoIncrement?: boolean;
  indexes: Record<string, string | string[]>;
  unique?: string[];
}

/** Write the database as version 1 did, by IndexedDB itself. */
function writeOld(): Promise<void> {
  const said = JSON.stringify(fixture.rows).replaceAll('{study}', STUDY).replaceAll('{person}', PERSON);
  const rows = JSON.parse(said, (_key, value: unknown) => {
    const base64 = (value as { base64?: string } | null)?.base64;
    return base64 ? new Uint8Array(Buffer.from(base64, 'base64')).buffer : value;
  }) as Record<string, unknown[]>;
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`benchmark-${PERSON}`, fixture.version);
    request.onupgradeneeded = () => {
      for (const [name, { keyPath, autoIncrement = false, indexes, unique = [] }] of Object.entries(fixture.stores as Record<string, Store>)) {
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
  await writeOld();
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
