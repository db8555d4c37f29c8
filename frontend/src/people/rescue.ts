/**
 * The rescue file: everything that only this phone has, as a ZIP with readable text, the changes
 * themselves and the pictures. For when sending is not going to work from this phone.
 */
import { db, type Database } from '../local/db';
import { zip, type ZipEntry } from './zip';

/** Make the file from a person's database. */
export async function rescueFile(database: Database): Promise<Blob> {
  const [queued, bytes, drafts] = await Promise.all([
    database.outbox.orderBy('seq').toArray(),
    database.bytes.where('state').notEqual('sent').toArray(),
    database.drafts.toArray(),
  ]);
  const photos = bytes.map((photo, n) => ({ photo, name: `photos/${String(n + 1).padStart(3, '0')}_${photo.id}.jpg` }));
  const text = [
    ...queued.map(({ op }) => readable(op.at, op.set)),
    ...drafts.map((draft) => readable(new Date(draft.updated_at).toISOString(), draft.data)),
  ].filter(Boolean);
  const entries: ZipEntry[] = [
    { name: 'observations.txt', content: encoded(text.join('\n\n')) },
    { name: 'changes.json', content: encoded(JSON.stringify({ queued, drafts }, null, 2)) },
    ...photos.map(({ name, photo }) => ({ name, content: new Uint8Array(photo.buffer) })),
  ];
  return zip(entries);
}

/** Give the file to the browser to keep. */
export async function saveRescueFile(database: Database = db): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await rescueFile(database));
  link.download = `benchmark-${new Date().toISOString().slice(0, 10)}.zip`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function readable(at: string, fields: object): string {
  const texts = Object.entries(fields).filter(([, value]) => typeof value === 'string' && value.includes(' '));
  return texts.length ? [at, ...texts.map(([field, value]) => `${field}: ${value as string}`)].join('\n') : '';
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}
