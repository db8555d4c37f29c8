/** How long the phone keeps pictures that the server has. */
import { beforeEach, expect, it, vi } from 'vitest';
import { database, type Bytes } from '../local/db';
import { postPacked, serverNow } from './packed';
import { freshPhone, STUDY } from './stories';
import { dropOldCopies, upload } from './upload';

const DAY = 24 * 3600_000;
const NOW = Date.parse('2025-11-22T12:00:00Z');

beforeEach(freshPhone);

/** The id of something made so many days ago. */
function made(days: number): string {
  const at = (NOW - days * DAY).toString(16).padStart(12, '0');
  return `${at.slice(0, 8)}-${at.slice(8)}-7000-8000-000000000000`;
}

async function keep(id: string, sentDaysAgo: number): Promise<Bytes> {
  const photo: Bytes = {
    id, space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'abcd',
    state: 'sent', sent_at: NOW - sentDaysAgo * DAY,
  };
  await (await database()).put('bytes', photo);
  return photo;
}

it('keeps a copy for two weeks after it was sent, and reads none that is younger', async () => {
  await keep(made(20), 15);
  await keep(made(19), 13);
  await keep(made(2), 2);
  const reads = vi.spyOn(IDBObjectStore.prototype, 'get');
  await dropOldCopies(NOW);
  expect(reads.mock.calls.map(([id]) => id)).toEqual([made(20), made(19)]);
  expect(await (await database()).getAllKeys('bytes')).toEqual([made(19), made(2)]);
});

it('goes by the clock of the server, and before that has told the time lets nothing go', async () => {
  await keep(made(20), 15);
  expect(serverNow()).toBeUndefined();
  await dropOldCopies();
  expect(await (await database()).getAllKeys('bytes')).toEqual([made(20)]);

  vi.stubGlobal('fetch', async () => Response.json({ sha256: 'abcd' }, { headers: { Date: new Date(NOW).toUTCString() } }));
  await postPacked('/sync', {});
  const photo = await keep(made(0), 0);
  await upload(photo, () => undefined);
  expect((await (await database()).get('bytes', photo.id))?.sent_at).toBeCloseTo(NOW, -4);
  await dropOldCopies();
  expect(await (await database()).getAllKeys('bytes')).toEqual([photo.id]);
});

it('keeps none on a phone that has hardly any room', async () => {
  await keep(made(2), 1);
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ usage: 9e9, quota: 9e9 + 1e6 }) } });
  await dropOldCopies(NOW);
  vi.unstubAllGlobals();
  expect(await (await database()).getAllKeys('bytes')).toEqual([]);
});
