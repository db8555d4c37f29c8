/**
 * The rescue file: everything that only this phone has, as a ZIP. `benchmark.json` holds the changes as the phone
 * would send them, for the server to take in; the text and the pictures beside it are for people to read.
 */
import { downloadZip } from 'client-zip';
import { database as ownDatabase, living, personOf, type Bytes, type Database, type Draft, type Op } from '../local/db';
import { device } from '../local/identity';
import { itemOf, type Item, type Observation } from '../local/records';
import { changesOf, isEnough } from '../observations/draft';
import { opOf } from '../sync/outbox';
import { formatDate, formatTime, t } from '../ui/words';

const LONGEST_NAME = 40;

interface Contents {
  ops: Op[];
  drafts: Draft[];
  photos: { id: string; space: string; sha256: string; file: string }[];
}

interface Entry {
  name: string;
  input: ArrayBuffer | string;
  lastModified: Date;
}

/** Make the file from a person's database. Pictures are read one at a time while it is written. */
export async function rescueFile(database: Database): Promise<Blob> {
  const contents = await gather(database);
  return downloadZip(entries(database, contents), { buffersAreUTF8: true }).blob();
}

/** Give the file to the browser to keep. */
export async function saveRescueFile(other?: Database): Promise<void> {
  const database = other ?? (await ownDatabase());
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await rescueFile(database));
  link.download = ['benchmark', slug(await nameOf(database)), new Date().toISOString().slice(0, 10)].filter(Boolean).join('-') + '.zip';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function* entries(database: Database, contents: Contents): AsyncGenerator<Entry> {
  const lastModified = new Date();
  const { ops, photos } = contents;
  const [name, epoch] = await Promise.all([nameOf(database), database.get('meta', 'epoch')]);
  const whole = {
    format: 'benchmark-rescue', version: 1, made_at: lastModified.toISOString(), epoch: epoch?.value ?? null,
    device: device(), person: { id: personOf(database.name), name }, ops, photos,
  };
  yield { name: `${t('rescue.file_text')}.txt`, input: await readable(database, contents), lastModified };
  yield { name: 'benchmark.json', input: JSON.stringify(whole, null, 2), lastModified };
  for (const photo of photos) {
    const bytes = await database.get('bytes', photo.id);
    if (bytes) yield { name: photo.file, input: bytes.buffer, lastModified };
  }
}

async function gather(database: Database): Promise<Contents> {
  const [queued, drafts, ids] = await Promise.all([
    database.getAll('outbox'),
    database.getAll('drafts').then((all) => all.filter(isEnough)),
    unsentBytes(database),
  ]);
  const drafted = new Set(drafts.flatMap((draft) => draft.photos.map((photo) => photo.id)));
  const photos: Contents['photos'] = [];
  for (const id of ids) {
    const bytes = (await database.get('bytes', id))!;
    // A picture that was taken out of its draft can be had back there; it is not on its way to anybody.
    if (bytes.state === 'draft' && !drafted.has(id)) continue;
    const file = `${t('rescue.file_photos')}/${String(photos.length + 1).padStart(3, '0')}${await title(database, bytes, drafts)}.jpg`;
    photos.push({ id, space: bytes.space, sha256: bytes.sha256, file });
  }
  const unsaved = await Promise.all(drafts.map((draft) => opsOf(database, draft)));
  return { ops: [...queued.map(({ op }) => op), ...unsaved.flat()], drafts, photos };
}

async function unsentBytes(database: Database): Promise<string[]> {
  const [ids, sent] = await Promise.all([
    database.getAllKeys('bytes'),
    database.getAllKeysFromIndex('bytes', 'state', 'sent'),
  ]);
  return ids.filter((id) => !sent.includes(id));
}

/** The ops that saving the draft would make. Their ids come from what they say, so that two files give the same ones. */
async function opsOf(database: Database, draft: Draft): Promise<Op[]> {
  const rows = await database.getAllFromIndex('records', 'time', living(draft.space, 'photo'));
  const saved = rows.map((row) => itemOf<'photo'>(row)).filter((photo) => photo.observation_id === draft.id);
  const me = personOf(database.name);
  const at = new Date(draft.updated_at).toISOString();
  return Promise.all(changesOf(draft, saved, me).map(async (change) => {
    const op = opOf(change, draft.base_rev, at);
    return { ...op, op_id: await idOf(JSON.stringify({ ...op, op_id: '' })) };
  }));
}

async function idOf(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const hex = [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** What the picture shows, in a few words of its observation. */
async function title(database: Database, { id, space }: Bytes, drafts: Draft[]): Promise<string> {
  const draft = drafts.find((one) => one.photos.some((photo) => photo.id === id));
  const photo = await database.get('records', [space, id]);
  const about = (photo?.data.observation_id ?? photo?.data.plan_id) as string | undefined;
  const record = about ? await database.get('records', [space, about]) : undefined;
  const words = draft?.data.text || (photo?.data.caption as string) || (record?.data.text as string) || (record?.data.title as string);
  return words ? `_${slug(words)}` : '';
}

/** Words as a file name that every system takes. */
function slug(words: string): string {
  const whole = words.toLocaleLowerCase().match(/[\p{L}\p{N}]+/gu)?.join('-') ?? '';
  return whole.slice(0, LONGEST_NAME).replace(/-$/, '');
}

/** Everything as text, one study after another, for somebody who has no server at hand. */
async function readable(database: Database, { ops, drafts, photos }: Contents): Promise<string> {
  const spaces = [...new Set([...ops.map((op) => op.space), ...drafts.map((draft) => draft.space)])];
  const parts = await Promise.all(spaces.map(async (space) => {
    const study = await database.get('records', [space, space]);
    const ids = [...new Set(ops.filter((op) => op.space === space).map((op) => op.id))];
    const rows = (await Promise.all(ids.map((id) => database.get('records', [space, id])))).filter((row) => row !== undefined);
    const files = (id: string) => photos.filter((photo) => {
      const row = rows.find((one) => one.id === photo.id);
      return row?.data.observation_id === id || drafts.find((one) => one.id === id)?.photos.some((one) => one.id === photo.id);
    });
    const own = drafts.filter((draft) => draft.space === space);
    const seen = rows.filter((row) => row.kind === 'observation' && !own.some((draft) => draft.id === row.id));
    return [
      String(study?.data.title ?? ''),
      ...seen.map((row) => described(itemOf<'observation'>(row), files(row.id))),
      ...own.map((draft) => `${t('rescue.unsaved')}\n${described(draft.data, files(draft.id))}`),
      ...rows.filter((row) => !['observation', 'photo'].includes(row.kind)).map((row) => texts(row.data)),
    ].filter(Boolean).join('\n\n');
  }));
  return parts.join('\n\n\n');
}

function described(seen: Item<'observation'> | Partial<Observation>, files: Contents['photos']): string {
  const lines: [string, string | undefined][] = [
    [t('capture.text'), seen.text],
    [t('capture.thought'), seen.thought],
    [t('capture.feeling'), seen.feeling ? t(`feeling.${seen.feeling}`) : ''],
    [t('capture.tags'), seen.tags?.join(', ')],
    [t('capture.with_us'), seen.with_us],
    [t('photo.photos'), files.map((photo) => photo.file).join(', ')],
  ];
  const when = seen.observed_at ? `${formatDate(seen.observed_at, true)} ${formatTime(seen.observed_at)}` : '';
  return [when, ...lines.filter(([, words]) => words).map(([label, words]) => `${label}: ${words}`)].join('\n');
}

function texts(data: object): string {
  return Object.values(data).filter((value) => typeof value === 'string' && value.includes(' ')).join('\n');
}

async function nameOf(database: Database): Promise<string> {
  return String((await database.get('meta', 'name'))?.value ?? '');
}
