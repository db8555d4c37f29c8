import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteDB } from 'idb';
import { beforeEach, expect, it } from 'vitest';
import { openNamed, type Database, type Draft, type Queued } from '../local/db';
import { rescueFile } from './rescue';

const READ = `
import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({"names": z.namelist(), "said": json.loads(z.read("benchmark.json")), "sizes": [i.file_size for i in z.infolist()],
  "text": z.read(z.namelist()[0]).decode()}))`;

interface Read {
  names: string[];
  sizes: number[];
  said: { format: string; person: { id: string }; ops: { id: string; op_id: string; kind: string; set: object }[]; photos: object[] };
  text: string;
}

const ME = '00000000-0000-7000-8000-000000000001';
const NAME = `benchmark-${ME}`;
const SPACE = '00000000-0000-7000-8000-0000000000aa';
let database: Database;

beforeEach(async () => {
  const store = new Map([['benchmark.device', 'this-phone']]);
  globalThis.localStorage = { getItem: (key: string) => store.get(key) ?? null, setItem: () => {} } as unknown as Storage;
  await deleteDB(NAME);
  database = await openNamed(NAME);
  return () => database.close();
});

async function read(): Promise<Read> {
  const file = join(mkdtempSync(join(tmpdir(), 'rescue-')), 'rescue.zip');
  writeFileSync(file, new Uint8Array(await (await rescueFile(database)).arrayBuffer()));
  const text = execFileSync('python3', ['-c', READ, file], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf8' } });
  return JSON.parse(text) as Read;
}

async function addSaved(): Promise<void> {
  const row = { space: SPACE, rev: 0, deleted: 0 as const, conflicts: [], pending: 1, aside: 0, at: 0 };
  const op = { space: SPACE, base_rev: 0, add: {}, remove: {}, at: '2017-10-03T07:12:09.120Z' };
  const seen = { text: 'Kartta on heti ovella, äöå', author: ME, observed_at: '2017-10-03T10:12:09+03:00' };
  const shown = { observation_id: 'o1', sha256: 'ab', author: ME };
  await database.put('records', { ...row, kind: 'observation', id: 'o1', data: seen });
  await database.put('records', { ...row, kind: 'photo', id: 'p1', data: shown });
  const queued: Queued[] = [
    { seq: 1, op_id: 'x1', space: SPACE, id: 'o1', state: 'waiting', op: { ...op, op_id: 'x1', kind: 'observation', id: 'o1', set: seen } },
    { seq: 2, op_id: 'x2', space: SPACE, id: 'p1', state: 'aside', op: { ...op, op_id: 'x2', kind: 'photo', id: 'p1', set: shown } },
  ];
  for (const one of queued) await database.put('outbox', one);
  const bytes = { space: SPACE, type: 'image/jpeg', sha256: 'ab' };
  await database.put('bytes', { ...bytes, id: 'p1', buffer: new ArrayBuffer(1000), state: 'waiting' });
  await database.put('bytes', { ...bytes, id: 'p0', buffer: new ArrayBuffer(10), state: 'sent' });
}

it('holds the changes as they would be sent, and pictures under names that people understand', async () => {
  await addSaved();
  const { names, sizes, said, text } = await read();
  expect(names.slice(1)).toEqual(['benchmark.json', expect.stringMatching(/\/001_kartta-on-heti-ovella-äöå\.jpg$/)]);
  expect(sizes[2]).toBe(1000);
  expect(said).toMatchObject({ format: 'benchmark-rescue', version: 1, device: 'this-phone', person: { id: ME } });
  expect(said.ops.map((op) => op.op_id)).toEqual(['x1', 'x2']);
  expect(said.photos).toEqual([{ id: 'p1', space: SPACE, sha256: 'ab', file: names[2] }]);
  expect(text).toContain('Kartta on heti ovella, äöå');
});

it('holds a draft as the observation it would become, the same in every file', async () => {
  const data = { text: 'Kesken jäänyt lause', thought: '', with_us: '', tags: ['kyltit'], observed_at: '2017-10-03T10:12:09+03:00' };
  const draft = { id: 'd1', space: SPACE, is_new: true, data, photos: [], base_rev: 0, updated_at: 1507014729120 };
  await database.put('drafts', draft as unknown as Draft);
  const [one, two] = [await read(), await read()];
  expect(one.said.ops).toMatchObject([{ kind: 'observation', id: 'd1', set: { text: 'Kesken jäänyt lause', author: ME } }]);
  expect(one.said.ops[0]!.op_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(two.said.ops).toEqual(one.said.ops);
});

it('leaves out an empty draft, and pictures that were taken out of one', async () => {
  const draft = { id: 'd1', space: SPACE, is_new: true, data: { text: '', thought: '', with_us: '', tags: [] }, photos: [], base_rev: 0, updated_at: 1 };
  await database.put('drafts', draft as unknown as Draft);
  await database.put('bytes', { id: 'p1', space: SPACE, type: 'image/jpeg', sha256: 'ab', buffer: new ArrayBuffer(9), state: 'draft' });
  expect((await read()).said).toMatchObject({ ops: [], photos: [] });
});
