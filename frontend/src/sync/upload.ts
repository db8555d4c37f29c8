/**
 * Sends photo bytes, one by one, after the text; large ones in pieces. The phone keeps its copy until the server
 * has echoed the same SHA-256, and two weeks more while it has room.
 */
import { api, ApiError, offline } from '../api/client';
import { database, makeRoom, setBytes, write, type Bytes } from '../local/db';
import { madeAt } from '../local/ids';
import { room } from '../local/space';
import { serverNow } from './packed';
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

/** Photos that last failed, longest ago first: they stand behind the others, so that none of these waits for them. */
const failed = new Set<string>();
/** How much of a photo had arrived when its connection last broke. */
const brokeAt = new Map<string, number>();

/** The photo to send next, if any: the oldest that waits. With `isFresh` none of those that last failed. */
export async function nextPhoto(isFresh = false): Promise<Bytes | undefined> {
  const waiting = await waitingPhotos();
  const again = isFresh ? [] : [...failed].filter((id) => waiting.includes(id));
  const next = [...waiting.filter((id) => !failed.has(id)), ...again][0];
  return next === undefined ? undefined : (await database()).get('bytes', next);
}

/**
 * Send one photo's bytes; of a large one `report` tells how many the server has. Throws `ApiError` when it should be
 * tried again later.
 */
export async function upload(photo: Bytes, report: (arrived: number) => void): Promise<void> {
  const { id } = photo;
  let n_arrived = 0;
  try {
    const digest = `sha-256=:${base64(photo.sha256)}:`;
    const echo = await sendBytes(photo, digest, (arrived) => report((n_arrived = arrived)));
    if (echo !== digest) throw offline();
    failed.delete(id);
    await mark(id, { state: 'sent', sent_at: serverNow() ?? Date.now() });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // A connection that breaks at the same place again has something against this very photo.
    if (error.status || brokeAt.get(id) === n_arrived) putLast(id);
    brokeAt.set(id, n_arrived);
    if (!FINAL.has(error.code)) throw error;
    await mark(id, { state: 'aside', problem: { code: error.code, detail: error.detail } });
  }
}

function putLast(id: string): void {
  failed.delete(id);
  failed.add(id);
}

/** Whether a failure to send a photo says nothing of the others: somebody on the way refuses it, or the server breaks on it. */
export function isOfOnePhoto(error: unknown): boolean {
  return error instanceof ApiError && (isRefusedOnTheWay(error) || error.status === 500);
}

/** What a firewall, a filter or a proxy says to what it does not let through. */
function isRefusedOnTheWay({ offline, status }: ApiError): boolean {
  return offline && ((status >= 400 && status < 500) || status === 501);
}

/** A large photo in pieces; where somebody on the way lets no pieces through, it is tried as a whole. */
async function sendBytes(photo: Bytes, digest: string, report: (arrived: number) => void): Promise<string | undefined> {
  if (photo.buffer.byteLength <= PIECE) return whole(photo, digest);
  return inPieces(photo, digest, report).catch((error: ApiError) => {
    if (!isRefusedOnTheWay(error)) throw error;
    return whole(photo, digest);
  });
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

/** Let go of copies that the server has had for two weeks, by its own clock; of all, when the phone has hardly any room. */
export async function dropOldCopies(now = serverNow()): Promise<void> {
  if ((await room())?.isLow) await makeRoom();
  if (now === undefined) return;
  const db = await database();
  for (const id of await db.getAllKeysFromIndex('bytes', 'state', 'sent')) {
    // To look at a picture means to read all of it.
    if (madeAt(id) > now - KEEP_MS) continue;
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
