/** When the engine sends: as events and saves have it, but a server that asks to be left alone is. */
import { beforeAll, expect, it, vi } from 'vitest';
import { database } from '../local/db';
import { newId } from '../local/ids';
import { session } from '../local/session.svelte';
import { leftAlone, startEngine } from './engine';
import { change, sendNow } from './outbox';
import { status } from './status.svelte';
import { freshPhone, STUDY } from './stories';

const person = { id: newId(), name: 'Aino', email: null, language: 'fi' as const };
const events = new EventTarget();
const save = () => change([{ space: STUDY, kind: 'observation', id: newId(), set: { text: 'x' } }]);
/** Seconds that each coming answer asks to be left alone, in 503s; after them all is well. */
let busy: number[] = [];
let asked: number[] = [];
let hasNews = false;

/** What a browser has and Node has not; the server is as `busy` says, and nothing lets pictures through. */
beforeAll(async () => {
  const page = Object.assign(events, { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
  vi.stubGlobal('EventSource', class extends EventTarget { close() {} });
  vi.stubGlobal('localStorage', { getItem: (key: string) => (key.endsWith('identity') ? JSON.stringify({ person, device: null }) : newId()) });
  vi.stubGlobal('fetch', (path: string) => {
    if (path.includes('/photos/')) return Promise.resolve(new Response('Blocked', { status: 403, headers: { 'Content-Type': 'text/html' } }));
    asked.push(performance.now());
    const seconds = busy.shift();
    const rev = asked.length;
    const spaces = hasNews ? { [STUDY]: { changes: [], cursor: `${rev}`, rev, more: false } } : {};
    const body = seconds ? { code: 'busy' } : { epoch: 'e', now: '', outcomes: [], spaces, gone: [] };
    const headers = { 'Content-Type': 'application/json', 'Retry-After': String(seconds ?? '') };
    return Promise.resolve(new Response(JSON.stringify(body), { status: seconds ? 503 : 200, headers }));
  });
  await freshPhone();
  session.person = person;
  busy = [2, 60];
  startEngine();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
});

it('leaves a busy server alone for as long as it asks, whatever happens meanwhile', async () => {
  for (const event of ['online', 'focus', 'visibilitychange']) events.dispatchEvent(new Event(event));
  await save();
  await vi.waitFor(() => expect(asked).toHaveLength(2), 5000);
  expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(2000);
});

it('tries at once when a person asks for it', async () => {
  const before = asked.length;
  await vi.waitFor(() => {
    sendNow();
    expect(asked.length).toBeGreaterThan(before);
  }, 5000);
});

it('does not call it no connection when words go through and a filter lets no picture through', async () => {
  const db = await database();
  status.lastContactAt = undefined;
  await db.clear('outbox');
  await db.put('bytes', {
    id: newId(), space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'ab', state: 'waiting',
  });
  sendNow();
  await vi.waitFor(() => expect(status.connection).toBe('words'), 5000);
  expect(status.lastContactAt).toBeDefined();
});

it('does not wait longer and longer while each turn gets further than the one before', async () => {
  hasNews = true;
  const before = asked.length;
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before + 4), 12_000);
});

it('comes back a while after the time that the server names, but waits no longer than ever', () => {
  expect([leftAlone(10_000, 0), leftAlone(10_000, 1), leftAlone(3_600_000, 1)]).toEqual([10_000, 15_000, 300_000]);
});
