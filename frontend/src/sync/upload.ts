/**
 * Sends photo bytes, one by one, after the text; large ones in pieces. The phone keeps its copy until the server
 * has echoed the same SHA-256, and two weeks more.
 */
import { api, ApiError, offline } from '../api/client';
import { database, setBytes, write, type Bytes } from '../local/db';
import { waitingPhotos } from './status.svelte';

const KEEP_MS = 14 * 24 * 3600 * 1000;
const TIMEOUT_MS = 120_000;
/** What is larger goes in pieces of this many bytes. */
const PIECE = 256 * 1024;
/** Failures that sending the same bytes again cannot mend. */
const FINAL = new Set([
  'photo_conflict', 'photo_too_large', 'photo_too_many_pixels', 'photo_empty', 'photo_not_a_picture',
  'photo_damaged', 'not_found', 'too_large',
]);

/** Photos that the server last failed at: they stand behind the others, so that none of these waits for them. */
const failed = new Set<string>();

/** The oldest photo that waits, if any. */
export async function nextPhoto(): Promise<Bytes | undefined> {
  const waiting = await waitingPhotos();
  const next = waiting.find((id) => !failed.has(id)) ?? waiting[0];
  return next === undefined ? undefined : (await database()).get('bytes', next);
}

/**
 * Send one photo's bytes; of a large one `report` tells how many the server has. Throws `ApiError` when it should be
 * tried again later.
 */
export async function upload(photo: Bytes, report: (arrived: number) => void): Promise<void> {
  try {
    const digest = `sha-256=:${base64(photo.sha256)}:`;
    const echo = photo.buffer.byteLength > PIECE ? await inPieces(photo, digest, report) : await whole(photo, digest);
    if (echo !== digest) throw offline();
    failed.delete(photo.id);
    await mark(photo.id, { state: 'sent', sent_at: Date.now() });
  } catch (error) {
    if (error instanceof ApiError && !error.offline) failed.add(photo.id);
    if (!(error instanceof ApiError) || !FINAL.has(error.code)) throw error;
    await mark(photo.id, { state: 'aside', problem: { code: error.code, detail: error.detail } });
  }
}

async function whole(photo: Bytes, digest: string): Promise<string> {
  const path = `/photos/${photo.id}/content?space=${photo.space}`;
  const headers = { 'Content-Type': photo.type, 'Content-Digest': digest };
  const answer = await api.put<{ sha256?: string }>(path, photo.buffer, { headers, timeout: TIMEOUT_MS });
  return `sha-256=:${base64(answer.sha256 ?? '')}:`;
}

async function inPieces(photo: Bytes, digest: string, report: (arrived: number) => void): Promise<string | undefined> {
  const { sendInPieces } = await import('./pieces').catch(() => {
    throw offline();
  });
  return sendInPieces(photo, digest, PIECE, report);
}

/** Let go of copies that the server has had for two weeks. */
export async function dropOldCopies(now = Date.now()): Promise<void> {
  const db = await database();
  for (const id of await db.getAllKeysFromIndex('bytes', 'state', 'sent')) {
    const photo = await db.get('bytes', id);
    if ((photo?.sent_at ?? now) < now - KEEP_MS) await write(['bytes'], (step) => step.objectStore('bytes').delete(id));
  }
}

function mark(id: string, set: Partial<Bytes>): Promise<void> {
  return write(['bytes'], (step) => setBytes(step, id, set));
}

function base64(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  return btoa(String.fromCharCode(...bytes));
}
