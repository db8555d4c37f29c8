/**
 * What screens see of sending: the connection, what is on its way, and how much is only on this phone.
 */
import { onChanges, Pace } from '../local/changes';
import { database, rowsOf, spaces } from '../local/db';
import { madeAt } from '../local/ids';
import type { Progress } from './round';

class Status {
  /** `none`: no network or someone else's page; `words`: changes go through, pictures do not; `troubled`: the server answers with an error. */
  connection = $state<'unknown' | 'works' | 'words' | 'none' | 'troubled'>('unknown');
  isSending = $state(false);
  /** The server takes nothing from a version as old as this one any more. */
  isOutdated = $state(false);
  /** The phone had no room for what the server told it, so that sending cannot go on. */
  isFull = $state(false);
  /** The photo whose bytes are on their way, or were when the connection broke. */
  photo = $state.raw<Progress | undefined>();
  lastContactAt = $state<number | undefined>();
  /** Whether what follows has been counted; before that nobody may say that all is sent. */
  isCounted = $state(false);
  /** Changes and photos that only this phone has. */
  changes = $state(0);
  photos = $state(0);
  /** Things that the server could not take and a person should look at. */
  aside = $state(0);
  /** The browser does not let anything be stored here (some private windows). */
  isStorageRefused = $state(false);
  /** Another tab has gone over to a newer version of the app, and took the database along: this page must be loaded anew. */
  isLeftBehind = $state(false);
  /** When the oldest unsent change or picture was made. */
  oldestAt = $state<number | undefined>();
}

export const status = new Status();

const SLICE = 500;
/** How soon a count that failed is tried again. */
const AGAIN_MS = 2000;

/** Count what is unsent, now and whenever it changes. */
export function countUnsent(): void {
  let n_asked = 0;
  let n_shown = 0;
  const count = async () => {
    const n = ++n_asked;
    const counts = await unsent().then(
      (found) => ({ ...found, isCounted: true, isStorageRefused: false }),
      (error: Error) => {
        const isLeftBehind = error.name === 'VersionError';
        setTimeout(recount, AGAIN_MS);
        return { isCounted: false, isLeftBehind, isStorageRefused: !isLeftBehind };
      },
    );
    // A later question may be answered first; its answer stands.
    if (n < n_shown) return;
    n_shown = n;
    Object.assign(status, counts);
  };
  const pace = new Pace(() => void pace.timed(count()), 0);
  onChanges((tables, isTold) => (tables.has('outbox') || tables.has('bytes')) && pace.changed(isTold));
  // A tab that a browser froze, or a phone stopped, may have missed what others told.
  const recount = () => pace.changed(false);
  for (const event of ['visibilitychange', 'resume']) globalThis.document?.addEventListener(event, recount);
  globalThis.addEventListener?.('pageshow', recount);
  void count();
}

/** The ids of photos whose bytes only this phone has; those of deleted photos need no sending. */
export async function waitingPhotos(): Promise<string[]> {
  const db = await database();
  const ids = await db.getAllKeysFromIndex('bytes', 'state', 'waiting');
  const rows = ids.length ? await Promise.all((await spaces()).map((space) => rowsOf(space, ids))) : [];
  return ids.filter((_, n) => !rows.some((found) => found[n]?.deleted));
}

/** How much is only on this phone: records with changes, and photos. */
export async function unsent(): Promise<Pick<Status, 'changes' | 'photos' | 'aside' | 'oldestAt'>> {
  const db = await database();
  const [bytes, refusedBytes] = await Promise.all([waitingPhotos(), db.getAllKeysFromIndex('bytes', 'state', 'aside')]);
  const [changes, photos, aside] = [new Set<string>(), new Set(bytes), new Set(refusedBytes)];
  const waitSince = bytes.map(madeAt);
  // A long outbox is read bit by bit, for a slow phone's screen to go on meanwhile.
  for (let seq = 0, left = true; left; ) {
    const queued = await db.getAll('outbox', IDBKeyRange.lowerBound(seq, true), SLICE);
    for (const { id, state, op } of queued) (state === 'aside' ? aside : op.kind === 'photo' ? photos : changes).add(id);
    if (!seq && queued[0]) waitSince.push(Date.parse(queued[0].op.at));
    left = queued.length === SLICE;
    seq = queued.at(-1)?.seq ?? seq;
  }
  const oldestAt = waitSince.length ? Math.min(...waitSince) : undefined;
  return { changes: changes.size, photos: photos.size, aside: aside.size, oldestAt };
}
