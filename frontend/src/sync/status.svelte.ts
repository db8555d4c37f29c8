/**
 * What screens see of sending: the connection, what is on its way, and how much is only on this phone.
 */
import { onChanges } from '../local/changes';
import { db, type Queued } from '../local/db';

class Status {
  /** `none`: no network or someone else's page; `troubled`: the server answers with an error. */
  connection = $state<'unknown' | 'works' | 'none' | 'troubled'>('unknown');
  isSending = $state(false);
  /** The photo whose bytes are on their way. */
  photo = $state<string | undefined>();
  lastContactAt = $state<number | undefined>();
  /** Changes and photos that only this phone has. */
  changes = $state(0);
  photos = $state(0);
  /** Things that the server could not take and a person should look at. */
  aside = $state(0);
  /** The browser does not let anything be stored here (some private windows). */
  isStorageRefused = $state(false);
  /** When the oldest unsent change was made. */
  oldestAt = $state<number | undefined>();
}

export const status = new Status();

/** Count what is unsent, now and whenever it changes. */
export function countUnsent(): void {
  const count = () =>
    unsent().then(
      (counts) => Object.assign(status, counts),
      () => (status.isStorageRefused = true),
    );
  onChanges((tables) => void ((tables.has('outbox') || tables.has('bytes')) && count()));
  void count();
}

/** The ids of photos whose bytes only this phone has; those of deleted photos need no sending. */
export async function waitingPhotos(): Promise<string[]> {
  const ids = (await db.bytes.where('state').equals('waiting').primaryKeys()).sort();
  if (!ids.length) return ids;
  const rows = await db.records.where('id').anyOf(ids).toArray();
  const deleted = new Set(rows.filter((row) => row.deleted).map((row) => row.id));
  return ids.filter((id) => !deleted.has(id));
}

/** How much is only on this phone: records with changes, and photos. */
export async function unsent(): Promise<Pick<Status, 'changes' | 'photos' | 'aside' | 'oldestAt'>> {
  const [queued, bytes, refusedBytes] = await Promise.all([
    db.outbox.orderBy('seq').toArray(),
    waitingPhotos(),
    db.bytes.where('state').equals('aside').primaryKeys(),
  ]);
  const ids = (state: Queued['state'], isPhoto: boolean) =>
    queued.filter((one) => one.state === state && (one.op.kind === 'photo') === isPhoto).map((one) => one.id);
  return {
    changes: new Set(ids('waiting', false)).size,
    photos: new Set([...bytes, ...ids('waiting', true)]).size,
    aside: new Set([...ids('aside', false), ...ids('aside', true), ...refusedBytes]).size,
    oldestAt: queued[0] && Date.parse(queued[0].op.at),
  };
}
