import { deleteDB } from 'idb';
import { beforeEach, expect, it, vi } from 'vitest';
import { freshPhone } from '../sync/stories';
import { onChanges } from './changes';
import { database, databaseName, openNamed, openDatabase, personOf, recall, remember, write, type Writing } from './db';

beforeEach(freshPhone);

it('takes everything back when a step of a write fails, and tells no screen', async () => {
  const told: string[] = [];
  const stop = onChanges((tables) => told.push(...tables));
  const failed = write(['drafts', 'meta'], async (step) => {
    await step.objectStore('meta').put({ key: 'a', value: 1 });
    throw new Error('the disk is full');
  });
  await expect(failed).rejects.toThrow('the disk is full');
  expect(await recall('a')).toBeUndefined();
  expect(told).toEqual([]);
  await remember('a', 2);
  expect(told).toEqual(['meta']);
  stop();
});

it('waits for the disk before it calls a change or a picture saved, and not for each key that is typed', async () => {
  const durability = (step: Writing) => Promise.resolve(step.durability);
  expect(await write(['records', 'outbox'], durability)).toBe('strict');
  expect(await write(['drafts', 'bytes'], durability)).toBe('strict');
  expect(await write(['drafts'], durability)).toBe('relaxed');
});

it('keeps each person apart', async () => {
  const mine = personOf(databaseName());
  await remember('a', 1);
  openDatabase('somebody-else');
  expect(await recall('a')).toBeUndefined();
  openDatabase(mine);
  expect(await recall('a')).toBe(1);
});

it('gives way to a newer release in another tab, and opens anew when it is asked again', async () => {
  const first = await database();
  await remember('a', 1);
  const deleting = indexedDB.deleteDatabase(databaseName());
  await new Promise((done) => (deleting.onsuccess = done));
  expect(() => first.transaction('meta')).toThrow();
  expect(await recall('a')).toBeUndefined();
});

it('says which database it could not open, and tries again', async () => {
  const name = databaseName();
  (await database()).close();
  openDatabase('another');
  const newer = await new Promise<IDBDatabase>((done) => {
    const request = indexedDB.open(name, 99);
    request.onsuccess = () => done(request.result);
  });
  newer.close();
  await expect(openNamed(name)).rejects.toThrow();
  openDatabase(personOf(name));
  await expect(recall('a')).rejects.toThrow();
  await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done));
  expect(await recall('a')).toBeUndefined();
});

it('lets go of copies that the server has before it calls the phone full', async () => {
  const copy = { space: 's', type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'ab' };
  const db = await database();
  await db.put('bytes', { ...copy, id: 'sent', state: 'sent' });
  await db.put('bytes', { ...copy, id: 'waiting', state: 'waiting' });
  let n_left = 1;
  const fill = () => write(['meta', 'bytes'], async (step) => {
    await step.objectStore('meta').put({ key: 'a', value: 1 });
    // As much fits on this phone as there are pictures.
    if ((await step.objectStore('bytes').count()) > n_left) throw new DOMException('no room', 'QuotaExceededError');
  });
  await fill();
  expect([await recall('a'), await db.getAllKeys('bytes')]).toEqual([1, ['waiting']]);
  n_left = 0;
  await expect(fill()).rejects.toThrow('no room');
  expect(await db.getAllKeys('bytes')).toEqual(['waiting']);
});

it('makes no database in a worker: one that is not there was signed out of', async () => {
  const name = databaseName();
  await database();
  await deleteDB(name);
  vi.stubGlobal('WorkerGlobalScope', class {});
  await expect(recall('a')).rejects.toThrow();
  vi.unstubAllGlobals();
  expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(name);
  expect(await recall('a')).toBeUndefined();
});
