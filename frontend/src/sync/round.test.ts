import { deleteDB } from 'idb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api/client';
import { database, databaseName, openDatabase, personOf } from '../local/db';
import { newId } from '../local/ids';
import { backOff } from './engine';
import { change } from './outbox';
import { cursors, takeAnswer } from './pull';
import { round } from './round';
import { freshPhone, STUDY } from './stories';

interface Sent {
  path: string;
  ops: { op_id: string; id: string }[];
  limit?: number;
}

const browserFetch = globalThis.fetch;
let sent: Sent[];

beforeEach(freshPhone);
afterEach(() => {
  globalThis.fetch = browserFetch;
  vi.restoreAllMocks();
});

/** What a sync request says, packed or not; of a photo, that it has no ops. */
async function saidIn(init?: RequestInit): Promise<Pick<Sent, 'ops' | 'limit'>> {
  const headers = new Headers(init?.headers);
  if (headers.get('Content-Type') !== 'application/json') return { ops: [] };
  const isPacked = headers.get('Content-Encoding') === 'gzip';
  const body = new Response(init?.body).body?.pipeThrough(isPacked ? new DecompressionStream('gzip') : new TransformStream());
  const { ops, limit } = (await new Response(body).json()) as Sent;
  return { ops, limit };
}

/** The network, answering each request as the test says. */
function network(answer: (request: Sent) => { status?: number; type?: string; body: unknown; after?: Promise<unknown> }): void {
  sent = [];
  globalThis.fetch = async (input, init) => {
    const request = { path: String(input), ...(await saidIn(init)) };
    sent.push(request);
    const { status = 200, type = 'application/json', body: content, after } = answer(request);
    await after;
    return new Response(typeof content === 'string' ? content : JSON.stringify(content), { status, headers: { 'Content-Type': type } });
  };
}

const taken = ({ ops }: Sent) => ({
  body: { epoch: 'e', now: '', outcomes: ops.map(({ op_id }) => ({ op_id, outcome: 'applied', rev: 1 })), spaces: {}, gone: [] },
});
const write = (n: number) =>
  change(Array.from({ length: n }, () => ({ space: STUDY, kind: 'observation' as const, id: newId(), set: { text: 'x' } })));
const go = () => round({ person: 'aino', device: 'phone' }, () => undefined, () => undefined);

it('sends until nothing is left, at most 500 ops at once', async () => {
  network(taken);
  await write(501);
  await go();
  expect(sent.map(({ ops }) => ops.length)).toEqual([500, 1]);
  expect(await (await database()).count('outbox')).toBe(0);
});

/** Has the phone know the epoch; from then on it sends much in two lanes. */
async function begun(): Promise<void> {
  network(taken);
  await go();
  network(taken);
}

it('sends nothing twice, and what follows on a record only after its answer', async () => {
  const id = newId();
  await begun();
  await write(249);
  // The first of these is in the first batch, the second would be in the next.
  for (const text of ['ensin', 'sitten']) await change([{ space: STUDY, kind: 'observation', id, set: { text } }]);
  await write(950);
  await go();
  expect(sent.map(({ ops }) => ops.length)).toEqual([250, 499, 451, 1]);
  expect(sent.map(({ ops }) => ops.filter((op) => op.id === id).length)).toEqual([1, 0, 0, 1]);
  expect(new Set(sent.flatMap(({ ops }) => ops.map(({ op_id }) => op_id))).size).toBe(1201);
  expect(await (await database()).get('records', [STUDY, id])).toMatchObject({ data: { text: 'sitten' }, pending: 0 });
});

it.each([
  ['in their order', [1, 2, 3], '3'],
  ['the second first', [2, 1, 3], '1'],
])('sends much two batches at a time, and believes to have seen no more than it has: %s', async (_name, revs, cursor) => {
  await begun();
  await write(900);
  await takeAnswer({ epoch: 'e', now: '', outcomes: [], spaces: { [STUDY]: { changes: [], cursor: '0', rev: 0, more: false } } });
  let answerFirst = () => {};
  network(({ ops }) => {
    const rev = revs[sent.length - 1]!;
    if (!ops.length) return { body: { epoch: 'e', now: '', outcomes: [], gone: [], spaces: {} } };
    // The first is answered only when the second is here.
    const after = sent.length === 1 ? new Promise<void>((resolve) => (answerFirst = resolve)) : undefined;
    if (sent.length === 2) answerFirst();
    const page = { after: `${rev - 1}`, changes: [], cursor: `${rev}`, rev, more: false };
    return { after, body: { epoch: 'e', now: '', outcomes: ops.map(({ op_id }) => ({ op_id, outcome: 'applied', rev })), gone: [], spaces: { [STUDY]: page } } };
  });
  await go();
  expect(sent.map(({ ops }) => ops.length)).toEqual([250, 500, 150, 0]);
  expect([await cursors(), await (await database()).count('outbox')]).toEqual([{ [STUDY]: cursor }, 0]);
});

it('goes on after a failure with what was on its way beside it, and sends again only what has failed', async () => {
  await begun();
  await write(600);
  network((request) => (sent.length === 1 ? { status: 502, type: 'text/html', body: 'Bad gateway' } : taken(request)));
  await expect(go()).rejects.toMatchObject({ offline: true });
  expect(sent.map(({ ops }) => ops.length)).toEqual([250, 350]);
  expect(await (await database()).count('outbox')).toBe(250);
  network(taken);
  await go();
  expect(sent.map(({ ops }) => ops.length)).toEqual([250]);
});

/** A link that breaks each connection after so many seconds, and carries one op or record of a page each tenth of one. */
function breaksAfter(seconds: number, page: (limit: number) => number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  network((request) => {
    const took = (request.ops.length + page(request.limit!)) / 10;
    now += 1000 * Math.min(took, seconds);
    return took > seconds ? { type: 'text/html', body: '' } : taken(request);
  });
}

/** Turn by turn, until one goes through to its end. */
async function goOn(): Promise<void> {
  for (let left = 12; left; left -= 1) if (await go().then(() => true, () => false)) return;
}

it('sends less at a time over a link that breaks, until it gets through, and all of it again when the link is good', async () => {
  await begun();
  await write(400);
  breaksAfter(20, () => 0);
  await goOn();
  expect(sent.slice(0, 2).map(({ ops }) => ops.length)).toEqual([400, 250]);
  expect(await (await database()).count('outbox')).toBe(0);
  vi.restoreAllMocks();
  network(taken);
  await write(1);
  await go();
  await write(500);
  await go();
  expect(sent.map(({ ops }) => ops.length)).toEqual([1, 500]);
});

it('asks for smaller pages over a link that breaks: what was taken long ago is answered at last', async () => {
  await begun();
  await write(2);
  breaksAfter(20, (limit) => limit);
  await goOn();
  expect(sent.map(({ limit }) => limit)).toEqual([1000, 500, 250, 125]);
  expect(await (await database()).count('outbox')).toBe(0);
});

it('sends and asks for as much as ever after what failed at once: that says nothing of the link', async () => {
  await begun();
  await write(400);
  network(() => ({ status: 502, type: 'text/html', body: 'Bad gateway' }));
  await expect(go()).rejects.toMatchObject({ offline: true });
  network(taken);
  await go();
  expect(sent.map(({ ops, limit }) => [ops.length, limit])).toEqual([[400, 1000]]);
});

it('takes in nothing that builds on an answer which could not be taken in, and has all of it told again', async () => {
  const page = (id: string | null, n: number) => {
    const changes = [{ kind: 'observation', id, rev: n, text: 'x' }];
    return { body: { epoch: 'e', now: '', outcomes: [], gone: [], spaces: { [STUDY]: { changes, cursor: `${n}`, rev: 3, more: n < 3 } } } };
  };
  const [first, last] = [newId(), newId()];
  // Nothing can be stored under such a name; by then the page behind it has been asked for.
  const answers = [page(first, 1), page(null, 2), page(last, 3)];
  network(() => answers[sent.length - 1]!);
  await expect(go()).rejects.toThrow();
  expect(sent).toHaveLength(3);
  expect([await cursors(), await (await database()).count('records')]).toEqual([{ [STUDY]: '1' }, 1]);
  network(() => page(last, 3));
  await go();
  expect([await cursors(), await (await database()).count('records')]).toEqual([{ [STUDY]: '3' }, 2]);
});

it('halves a batch that is too large, and sets aside only the op that is too large by itself', async () => {
  const poison = newId();
  network((request) =>
    request.ops.some(({ id }) => id === poison) ? { status: 413, type: 'application/problem+json', body: { code: 'too_large' } } : taken(request),
  );
  await write(5);
  await change([{ space: STUDY, kind: 'observation', id: poison, set: { text: 'valtava' } }]);
  await write(5);
  await go();
  expect(await (await database()).getAll('outbox')).toMatchObject([{ id: poison, state: 'aside', problem: { code: 'too_large' } }]);
});

it.each([
  ['a login page of the network', { type: 'text/html', body: '<h1>Welcome to our Wi-Fi</h1>' }],
  ['somebody else’s JSON', { body: { ok: true } }],
  ['a proxy’s error', { status: 502, type: 'text/html', body: 'Bad gateway' }],
  ['a firewall’s refusal', { status: 403, body: { code: 'blocked' } }],
  ['somebody else’s JSON about a mistake', { status: 400, body: { message: 'bad request' } }],
  ['a proxy that does not understand', { status: 400, type: 'text/html', body: 'Bad request' }],
])('takes %s for no connection, and keeps everything', async (_name, answer) => {
  network(() => answer);
  await write(1);
  const error = await go().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ offline: true });
  expect(await (await database()).getAll('outbox')).toMatchObject([{ state: 'waiting' }]);
});

it('says of what is too large for a proxy that it is too large', async () => {
  network(() => ({ status: 413, type: 'text/html', body: 'Request Entity Too Large' }));
  await write(1);
  await go().catch(() => undefined);
  expect(await (await database()).getAll('outbox')).toMatchObject([{ state: 'aside', problem: { code: 'too_large' } }]);
});

it('keeps everything when the session has ended', async () => {
  network(() => ({ status: 401, type: 'application/problem+json', body: { code: 'not_signed_in' } }));
  await write(1);
  await expect(go()).rejects.toMatchObject({ status: 401, offline: false });
  expect(await (await database()).getAll('outbox')).toMatchObject([{ state: 'waiting' }]);
});

it('gives nothing of an answer to whoever uses the phone by then', async () => {
  const changes = [{ kind: 'observation', id: newId(), rev: 1, text: 'x' }];
  const page = { changes, cursor: '1', rev: 1, more: false };
  network(() => {
    openDatabase('somebody-else');
    return { body: { epoch: 'e', now: '', outcomes: [], gone: [], spaces: { [STUDY]: page } } };
  });
  await expect(go()).rejects.toMatchObject({ offline: true });
  expect([await cursors(), await (await database()).count('records')]).toEqual([{}, 0]);
});

it('takes in no answer to what was asked before its person signed out, also when the same person is back', async () => {
  const name = databaseName();
  const page = { changes: [{ kind: 'observation', id: newId(), rev: 5, text: 'x' }], cursor: '5', rev: 5, more: false };
  const signOutAndIn = async () => {
    openDatabase(undefined);
    await deleteDB(name);
    openDatabase(personOf(name));
  };
  network(() => ({ after: signOutAndIn(), body: { epoch: 'e', now: '', outcomes: [], gone: [], spaces: { [STUDY]: page } } }));
  await expect(go()).rejects.toMatchObject({ offline: true });
  expect([await cursors(), await (await database()).count('records')]).toEqual([{}, 0]);
});

it('sends photos after the words, and lets new words go before the next photo', async () => {
  const [first, second] = [newId(), newId()];
  const buffer = new ArrayBuffer(2);
  for (const id of [first, second]) {
    await (await database()).put('bytes', { id, space: STUDY, type: 'image/jpeg', buffer, sha256: 'abcd', state: 'waiting' });
  }
  let late: Promise<unknown> | undefined;
  const withLateWords = (request: Sent) => {
    if (!request.path.includes('/photos/')) return taken(request);
    // Something is written while the first photo is on its way.
    late ??= write(1);
    return { body: { sha256: 'abcd' }, after: late };
  };
  network(withLateWords);
  await write(1);
  await go();
  expect(sent.map(({ path }) => path.split('?')[0])).toEqual([
    '/api/v1/sync', `/api/v1/photos/${first}/content`, '/api/v1/sync', `/api/v1/photos/${second}/content`,
  ]);
  expect((await (await database()).getAll('bytes')).map(({ state }) => state)).toEqual(['sent', 'sent']);
});

it('lets no picture that the server fails at stand before the others', async () => {
  const [bad, good] = [newId(), newId()];
  for (const id of [bad, good]) {
    await (await database()).put('bytes', { id, space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'abcd', state: 'waiting' });
  }
  const failing = { status: 500, type: 'application/problem+json', body: { code: 'server_error' } };
  network((request) => (request.path.includes(bad) ? failing : request.path.includes(good) ? { body: { sha256: 'abcd' } } : taken(request)));
  await expect(go()).rejects.toMatchObject({ status: 500 });
  await expect(go()).rejects.toMatchObject({ status: 500 });
  expect((await (await database()).getAll('bytes')).map(({ state }) => state)).toEqual(['waiting', 'sent']);
});

it('goes on to the next picture where a filter refuses one, and comes to each in turn', async () => {
  const ids = [newId(), newId(), newId()];
  const [bad, worse, good] = ids as [string, string, string];
  for (const id of ids) {
    await (await database()).put('bytes', { id, space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'abcd', state: 'waiting' });
  }
  const states = async () => (await (await database()).getAll('bytes')).map(({ state }) => state);
  const filtering = (...refused: string[]) => (request: Sent) =>
    refused.some((id) => request.path.includes(id)) ? { status: 403, type: 'text/html', body: 'Blocked' }
      : request.path.includes('/photos/') ? { body: { sha256: 'abcd' } } : taken(request);
  network(filtering(bad, worse));
  await expect(go()).rejects.toMatchObject({ offline: true, status: 403 });
  expect(await states()).toEqual(['waiting', 'waiting', 'sent']);
  expect(sent.filter(({ path }) => path.includes(good))).toHaveLength(1);
  network(filtering(bad));
  await expect(go()).rejects.toMatchObject({ status: 403 });
  await expect(go()).rejects.toMatchObject({ status: 403 });
  expect(await states()).toEqual(['waiting', 'sent', 'sent']);
});

it('puts a picture behind the others whose connection breaks at the same place again', async () => {
  const [bad, good] = [newId(), newId()];
  for (const id of [bad, good]) {
    await (await database()).put('bytes', { id, space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'abcd', state: 'waiting' });
  }
  network((request) => {
    if (request.path.includes(bad)) throw new TypeError('Failed to fetch');
    return request.path.includes(good) ? { body: { sha256: 'abcd' } } : taken(request);
  });
  for (let turn = 3; turn; turn -= 1) await expect(go()).rejects.toMatchObject({ status: 0 });
  expect((await (await database()).getAll('bytes')).map(({ state }) => state)).toEqual(['waiting', 'sent']);
});

it('does not call a photo sent when the server echoes another hash', async () => {
  await (await database()).put('bytes', { id: newId(), space: STUDY, type: 'image/jpeg', buffer: new ArrayBuffer(2), sha256: 'abcd', state: 'waiting' });
  network((request) => (request.path.includes('/photos/') ? { body: { sha256: 'ffff' } } : taken(request)));
  await expect(go()).rejects.toMatchObject({ offline: true });
  expect(await (await database()).getAll('bytes')).toMatchObject([{ state: 'waiting' }]);
});

it('waits longer after each failure, but never more than five minutes', () => {
  const waits = [1, 2, 3, 10].map((n) => backOff(n, 1));
  expect(waits).toEqual([2000, 4000, 8000, 300_000]);
  expect(backOff(3, 0)).toBe(4000);
});
