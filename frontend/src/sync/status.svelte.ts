/**
 * What screens see of sending: the connection, what is on its way, and how much is only on this phone.
 */
import { liveQuery } from 'dexie';
import { db } from '../local/db';
import { waitingPhotos } from './upload';

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
  /** When the oldest unsent change was made. */
  oldestAt = $state<number | undefined>();
}

export const status = new Status();

let counting: { unsubscribe(): void } | undefined;

/** Count what is unsent in the database that is open now. */
export function countUnsent(): void {
  counting?.unsubscribe();
  counting = liveQuery(unsent).subscribe((counts) => Object.assign(status, counts));
}

/** How much is only on this phone. */
export async function unsent(): Promise<Pick<Status, 'changes' | 'photos' | 'aside' | 'oldestAt'>> {
  const [oldest, changes, photos, refused, refusedPhotos] = await Promise.all([
    db.outbox.orderBy('seq').first(),
    db.outbox.where('state').equals('waiting').count(),
    waitingPhotos().then((ids) => ids.length),
    db.outbox.where('state').equals('aside').count(),
    db.bytes.where('state').equals('aside').count(),
  ]);
  return { changes, photos, aside: refused + refusedPhotos, oldestAt: oldest && Date.parse(oldest.op.at) };
}
