/**
 * Taking in what the server tells: pages of records, spaces that are gone, a new epoch.
 * Pending changes are laid over what is pulled, so nothing that a person wrote flickers away.
 */
import { db, recall, remember, type Fields, type Queued, type Row } from '../local/db';
import type { Conflict, Kind } from '../local/records';
import { newRow, relay } from './outbox';
import { grounded, overlaid } from './overlay';
import { setAside, takeOutcomes, type Outcome } from './push';

export interface ServerRecord extends Fields {
  kind: Kind;
  id: string;
  rev: number;
  deleted?: boolean;
  conflicts?: Conflict[];
}

export interface SpacePage {
  changes: ServerRecord[];
  cursor: string | null;
  rev: number;
  more: boolean;
  /** The phone was away longer than deletions are remembered: this page begins from the start. */
  resync?: boolean;
}

export interface SyncAnswer {
  epoch: string;
  now: string;
  outcomes: Outcome[];
  spaces: Record<string, SpacePage>;
  gone?: string[];
}

export type Cursors = Record<string, string | null>;

/** How far this phone has seen each space. */
export async function cursors(): Promise<Cursors> {
  return (await recall<Cursors>('cursors')) ?? {};
}

/** Take in a whole answer, all or nothing. Returns whether the server has more to tell. */
export async function takeAnswer(answer: SyncAnswer): Promise<boolean> {
  return db.transaction('rw', [db.records, db.outbox, db.answered, db.bytes, db.meta], async () => {
    const epoch = await recall<string>('epoch');
    const isNewEpoch = epoch !== undefined && epoch !== answer.epoch;
    await remember('epoch', answer.epoch);
    if (isNewEpoch) await beginEpoch(answer);
    await takeOutcomes(answer.outcomes);
    const seen = await cursors();
    for (const space of isNewEpoch ? [] : (answer.gone ?? [])) await leaveSpace(space);
    for (const space of answer.gone ?? []) delete seen[space];
    for (const [space, page] of Object.entries(answer.spaces)) {
      if (page.resync) await markStale(space);
      await takePage(space, page);
      seen[space] = page.cursor;
    }
    await remember('cursors', seen);
    return isNewEpoch || Object.values(answer.spaces).some((page) => page.more);
  });
}

/** Lay one page of a space into the phone's database. */
async function takePage(space: string, page: SpacePage): Promise<void> {
  const rows = await db.records.bulkGet(page.changes.map((change) => [space, change.id] as [string, string]));
  const pending = await pendingByRecord(space);
  const taken = page.changes.flatMap((change, n) => {
    const row = rows[n] ?? newRow(space, change.kind, change.id);
    if (row.rev > change.rev && !row.stale) return [];
    return [overlaid(withServer(row, change), pending.get(change.id) ?? [])];
  });
  await db.records.bulkPut(taken);
  await sendBytesAgain(page.changes);
  if (!page.more) await dropStale(space);
}

/** The row with the server's fields under it. */
function withServer(row: Row, change: ServerRecord): Row {
  const { kind, id, rev, deleted, conflicts, ...fields } = change;
  const known = grounded(row).base ?? {};
  const fresh: Row = {
    ...row, kind, id, rev,
    // A tombstone has no fields; the phone keeps what it knew, for undo.
    base: deleted ? known : fields,
    baseDeleted: deleted ? 1 : 0,
    conflicts: conflicts ?? [],
  };
  delete fresh.stale;
  return fresh;
}

async function pendingByRecord(space: string): Promise<Map<string, Queued[]>> {
  const queued = await db.outbox.where('[space+id]').between([space, ''], [space, '\uffff']).sortBy('seq');
  const byRecord = new Map<string, Queued[]>();
  for (const one of queued) byRecord.set(one.id, [...(byRecord.get(one.id) ?? []), one]);
  return byRecord;
}

/** Photos that the server says it lacks, though it once had them, are sent once more. */
async function sendBytesAgain(changes: ServerRecord[]): Promise<void> {
  const lacking = changes.filter((change) => change.kind === 'photo' && change.is_received === false);
  const sent = db.bytes.where('id').anyOf(lacking.map((change) => change.id));
  await sent.filter((bytes) => bytes.state === 'sent').modify({ state: 'waiting' });
}

/**
 * A new epoch: the server's database was restored. Everything is pulled afresh, and each change that
 * this phone made after the backup goes into the outbox again, under its own id and in its old order.
 */
async function beginEpoch(answer: SyncAnswer): Promise<void> {
  for (const space of Object.keys(await cursors())) await markStale(space);
  const lost = await db.answered.filter((old) => old.rev > (answer.spaces[old.space]?.rev ?? 0)).toArray();
  for (const { rev: _, ...old } of lost) {
    const base_rev = Math.min(old.op.base_rev, answer.spaces[old.space]?.rev ?? 0);
    await db.outbox.put({ ...old, op_id: old.op.op_id, state: 'waiting', op: { ...old.op, base_rev } });
  }
  await db.answered.bulkDelete(lost.map((old) => old.seq));
  await remember('cursors', {});
}

async function markStale(space: string): Promise<void> {
  await inSpace(space).modify((row: Row) => {
    row.stale = 1;
  });
}

/** After a fresh pull: what the server did not mention is gone, unless this phone has changes to it. */
async function dropStale(space: string): Promise<void> {
  const left = await inSpace(space).filter((row) => row.stale === 1).toArray();
  const pending = left.length ? await pendingByRecord(space) : new Map<string, Queued[]>();
  for (const row of left) {
    if (!pending.has(row.id)) {
      await db.records.delete([space, row.id]);
    } else {
      const { stale: _, ...kept } = row;
      await db.records.put(overlaid({ ...kept, rev: 0, base: null, baseDeleted: 0 }, pending.get(row.id)!));
    }
  }
}

/** A space that the person may no longer see: its records go, what is unsent is set aside. */
async function leaveSpace(space: string): Promise<void> {
  const queued = [...(await pendingByRecord(space)).values()].flat();
  for (const one of queued) if (one.state === 'waiting') await setAside(one, { code: 'not_found' });
  const kept = new Set(queued.map((one) => one.id));
  await inSpace(space).filter((row) => !kept.has(row.id)).delete();
  for (const id of kept) await relay(space, id);
}

function inSpace(space: string) {
  return db.records.where('[space+id]').between([space, ''], [space, '\uffff']);
}
