/** The count of what is unsent, which the badge shows. */
import { beforeEach, expect, it, vi } from 'vitest';
import { tellOf } from '../local/changes';
import { database, write, type Bytes, type Queued } from '../local/db';
import { newId } from '../local/ids';
import { countUnsent, status, unsent } from './status.svelte';
import { freshPhone, STUDY } from './stories';

beforeEach(freshPhone);

/** Let no other transaction at the records until the answer is called. */
async function hold(): Promise<() => Promise<void>> {
  const held = (await database()).transaction('records', 'readwrite');
  let isOver = false;
  const holding = (async () => {
    while (!isOver) await held.store.count();
  })();
  return async () => {
    isOver = true;
    await holding;
    await held.done;
  };
}

it('stays with the newest count when an older one takes longer', async () => {
  const photo: Bytes = { id: newId(), space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'ab', state: 'waiting' };
  await write(['bytes'], (step) => step.objectStore('bytes').put(photo));
  countUnsent();
  await vi.waitFor(() => expect(status.photos).toBe(1));

  const letGo = await hold();
  tellOf(['bytes']);
  // By now it has asked which pictures wait.
  await (await database()).count('bytes');
  await write(['bytes'], (step) => step.objectStore('bytes').put({ ...photo, state: 'sent' }));
  await vi.waitFor(() => expect(status.photos).toBe(0));
  await letGo();
  await (await database()).count('records');
  expect(status.photos).toBe(0);
});

it.each([
  ['UnknownError', { isCounted: false, isStorageRefused: true, isLeftBehind: false }],
  ['VersionError', { isCounted: false, isStorageRefused: false, isLeftBehind: true }],
])('never says that all is sent when it could not count (%s), and counts again soon', async (name, said) => {
  vi.spyOn(IDBIndex.prototype, 'getAllKeys').mockImplementationOnce(() => {
    throw new DOMException('', name);
  });
  Object.assign(status, { isCounted: true, isStorageRefused: false, isLeftBehind: false });
  countUnsent();
  await vi.waitFor(() => expect(status).toMatchObject(said));
  await vi.waitFor(() => expect(status).toMatchObject({ isCounted: true, isStorageRefused: false }), 5000);
});

it('knows since when a picture waits whose words were sent long ago', async () => {
  const yesterday = Date.now() - 25 * 3600_000;
  const made = yesterday.toString(16).padStart(12, '0');
  const id = `${made.slice(0, 8)}-${made.slice(8)}-7000-8000-000000000000`;
  const photo: Bytes = { id, space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'ab', state: 'waiting' };
  await write(['bytes'], (step) => step.objectStore('bytes').put(photo));
  expect((await unsent()).oldestAt).toBe(yesterday);
});

it.each(['visibilitychange', 'resume', 'pageshow'])('counts again at %s: a tab that was frozen has not heard what others did', async (event) => {
  const events = new EventTarget();
  vi.stubGlobal('document', events);
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
  countUnsent();
  await vi.waitFor(() => expect(status.isCounted && status.changes).toBe(0));
  const op = { op_id: newId(), space: STUDY, kind: 'observation' as const, id: newId(), base_rev: 0, set: {}, add: {}, remove: {}, at: '' };
  await (await database()).add('outbox', { op_id: op.op_id, space: STUDY, id: op.id, state: 'waiting', op } as Queued);
  events.dispatchEvent(new Event(event));
  await vi.waitFor(() => expect(status.changes).toBe(1));
});
