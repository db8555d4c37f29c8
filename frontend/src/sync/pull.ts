/**
 * Taking in what the server tells: pages of records, spaces that are gone, a new epoch.
 * Pending changes are laid over what is pulled, so nothing that a person wrote flickers away.
 */
import { unwrap } from 'idb';
import { ofRecords, putAll } from '../local/bulk';
import { tellOf } from '../local/changes';
import { database, inSpace, recall, setBytes, write, type Database, type Fields, type Op, type Queued, type Row, type TableName, type Writing } from '../local/db';
import type { Conflict, Kind } from '../local/records';
import { grounded, newRow, overlaid } from './overlay';
import { byRecord, dropLongAnswered, keepAnswered, setAside, takeOutcomes, type Outcome } from './push';
import { relay } from './relay';

export interface ServerRecord extends Fields {
  kind: Kind;
  id: string;
  rev: number;
  deleted?: boolean;
  conflicts?: Conflict[];
}

export interface SpacePage {
  /** What the page leads on from, where that may be another place than the phone's: what a push itself has done. */
  after?: string;
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

/** Pure: how far a phone has seen each space after an answer of the epoch that it knows. */
export function advanced(seen: Cursors, { spaces, gone = [] }: SyncAnswer): Cursors {
  const leadsOn = ([space, { after }]: [string, SpacePage]) => after === undefined || after === seen[space];
  const pages = Object.entries(spaces).filter(leadsOn).map(([space, page]) => [space, page.cursor] as const);
  return Object.fromEntries([...Object.entries(seen).filter(([space]) => !gone.includes(space)), ...pages]);
}

/** How much is written in one go: whoever saves meanwhile, or opens a screen, waits for no more than this. */
const BIT = 100;
const TABLES: TableName[] = ['records', 'outbox', 'answered', 'bytes', 'meta'];

/**
 * Take in a whole answer. Each op with its outcome, and each record, is taken wholly or not at all; the cursors come last,
 * so that what a phone was stopped in is told to it again. Returns whether the server has more to tell. `asked` is the
 * database with whose cursors it was asked for: into any other it would bring a cursor that skips what came before.
 */
export async function takeAnswer(answer: SyncAnswer, asked?: Database): Promise<boolean> {
  if (await isNothingNew(answer)) return false;
  const into = asked ?? (await database());
  try {
    const rest = answer.epoch === (await recall('epoch')) ? await takeBits(answer, into) : answer;
    return await write(TABLES, (step) => takeRest(step, rest), into);
  } finally {
    tellOf(TABLES, true);
  }
}

/** Take in what may come bit by bit; returns the rest. */
async function takeBits({ outcomes, ...answer }: SyncAnswer, into: Database): Promise<SyncAnswer> {
  for (; outcomes.length > BIT; outcomes = outcomes.slice(BIT)) {
    await write(['records', 'outbox', 'answered'], (step) => takeOutcomes(step, outcomes.slice(0, BIT), answer.now), into);
  }
  const [spaces, seen]: [SyncAnswer['spaces'], Cursors] = [{}, await cursors()];
  for (const [space, page] of Object.entries(answer.spaces)) {
    let { changes } = page;
    // What is fetched from the beginning comes with its first cursor, by which a new epoch knows what to fetch anew.
    const isBegun = space in seen && !page.resync;
    for (; changes.length > BIT && isBegun; changes = changes.slice(BIT)) {
      await write(['records', 'outbox', 'bytes'], (step) => takeChanges(step, space, changes.slice(0, BIT)), into);
    }
    spaces[space] = { ...page, changes };
  }
  return { ...answer, outcomes, spaces };
}

async function takeRest(step: Writing, answer: SyncAnswer): Promise<boolean> {
  const meta = step.objectStore('meta');
  const epoch = (await meta.get('epoch'))?.value;
  const isNewEpoch = epoch !== undefined && epoch !== answer.epoch;
  const seen = ((await meta.get('cursors'))?.value ?? {}) as Cursors;
  // Spaces that are on their way from the beginning. A version that did not note them may have left any.
  const stale = new Set(((await meta.get('stale'))?.value ?? Object.keys(seen)) as string[]);
  await meta.put({ key: 'epoch', value: answer.epoch });
  if (isNewEpoch) await beginEpoch(step, answer, Object.keys(seen), stale);
  await takeOutcomes(step, answer.outcomes, answer.now);
  await dropLongAnswered(step, answer.now);
  for (const space of isNewEpoch ? [] : (answer.gone ?? [])) await leaveSpace(step, space);
  for (const [space, page] of Object.entries(answer.spaces)) {
    if (page.resync) await markStale(step, space, stale);
    await takeChanges(step, space, page.changes);
    if (!page.more && stale.delete(space)) await dropStale(step, space);
  }
  await meta.put({ key: 'cursors', value: advanced(isNewEpoch ? {} : seen, answer) });
  await meta.put({ key: 'stale', value: [...stale] });
  return isNewEpoch || Object.values(answer.spaces).some((page) => page.more);
}

/** Whether the answer says just what this phone knows: then nothing is written, and no screen asks again. */
async function isNothingNew(answer: SyncAnswer): Promise<boolean> {
  if (answer.outcomes.length || answer.gone?.length || answer.epoch !== (await recall('epoch'))) return false;
  const seen = await cursors();
  return Object.entries(answer.spaces).every(
    ([space, page]) => !page.changes.length && !page.more && !page.resync && page.cursor === seen[space],
  );
}

/** Lay what has changed in a space into the phone's database. */
async function takeChanges(step: Writing, space: string, changes: ServerRecord[]): Promise<void> {
  const records = unwrap(step.objectStore('records'));
  const ids = changes.map((change) => change.id);
  const [found, queued] = await Promise.all([
    ofRecords<Row>(records, space, ids), ofRecords<Queued>(unwrap(step.objectStore('outbox').index('record')), space, ids),
  ]);
  const rows = new Map(found.map((row) => [row.id, row]));
  const pending = byRecord(queued);
  const taken = changes.flatMap((change) => {
    const row = rows.get(change.id) ?? newRow(space, change.kind, change.id);
    if (row.rev > change.rev && !row.stale) return [];
    return [overlaid(withServer(row, change), pending.get(change.id) ?? [])];
  });
  await putAll(records, taken);
  const lacking = changes.filter((change) => change.kind === 'photo' && change.is_received === false);
  await sendBytesAgain(step, lacking.map(({ id }) => id));
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

/** What waits or was refused in a space, record by record, each in the order it was made. */
async function pendingByRecord(step: Writing, space: string): Promise<Map<string, Queued[]>> {
  return byRecord(await step.objectStore('outbox').index('record').getAll(inSpace(space)));
}

/** Photos that the server says it lacks, though it once had them, are sent once more. */
async function sendBytesAgain(step: Writing, lacking: string[]): Promise<void> {
  if (!lacking.length) return;
  const sent = new Set(await step.objectStore('bytes').index('state').getAllKeys('sent'));
  for (const id of lacking) if (sent.has(id)) await setBytes(step, id, { state: 'waiting' });
}

/**
 * A new epoch: the server's database was restored. Everything is pulled afresh, and each change that
 * this phone made after the backup goes into the outbox again, under its own id and in its old order.
 */
async function beginEpoch(step: Writing, answer: SyncAnswer, known: string[], stale: Set<string>): Promise<void> {
  for (const space of known) {
    await markStale(step, space, stale);
    // Of a study that the copy does not have, all is refused and set aside: then its pictures stay here as well.
    if (space in answer.spaces) continue;
    const keys = await step.objectStore('records').getAllKeys(inSpace(space));
    await sendBytesAgain(step, keys.map(([, id]) => id));
  }
  const [answered, outbox] = [step.objectStore('answered'), step.objectStore('outbox')];
  const heightOf = (space: string) => answer.spaces[space]?.rev ?? 0;
  const anew = (op: Op): Op => ({ ...op, base_rev: Math.min(op.base_rev, heightOf(op.space)) });
  // What waits had seen revs of the old epoch too; told as they were, they would hide what others write in this one.
  for (const queued of await outbox.getAll()) await outbox.put({ ...queued, op: anew(queued.op) });
  for (const { seq, answered_at, changes } of await answered.getAll()) {
    const lost = changes.filter(({ rev, space }) => rev > heightOf(space));
    if (!lost.length) continue;
    for (const { rev: _, ...old } of lost) await outbox.put({ ...old, op_id: old.op.op_id, state: 'waiting', op: anew(old.op) });
    await answered.delete(seq);
    await keepAnswered(step, changes.filter((one) => !lost.includes(one)), answered_at);
  }
}

async function markStale(step: Writing, space: string, stale: Set<string>): Promise<void> {
  const records = step.objectStore('records');
  stale.add(space);
  await putAll(unwrap(records), (await records.getAll(inSpace(space))).map((row) => ({ ...row, stale: 1 })));
}

/** After a fresh pull: what the server did not mention is gone, unless this phone has changes to it. */
async function dropStale(step: Writing, space: string): Promise<void> {
  const records = step.objectStore('records');
  const left = (await records.getAll(inSpace(space))).filter((row) => row.stale === 1);
  const pending = left.length ? await pendingByRecord(step, space) : new Map<string, Queued[]>();
  for (const row of left) {
    if (!pending.has(row.id)) {
      await records.delete([space, row.id]);
    } else {
      const { stale: _, ...kept } = row;
      await records.put(overlaid({ ...kept, rev: 0, base: null, baseDeleted: 0 }, pending.get(row.id)!));
    }
  }
}

/** A space that the person may no longer see: its records go, what is unsent is set aside. */
async function leaveSpace(step: Writing, space: string): Promise<void> {
  const records = step.objectStore('records');
  const queued = [...(await pendingByRecord(step, space)).values()].flat();
  for (const one of queued) if (one.state === 'waiting') await setAside(step, one, { code: 'not_found' });
  const kept = new Set(queued.map((one) => one.id));
  for (const key of await records.getAllKeys(inSpace(space))) if (!kept.has(key[1])) await records.delete(key);
  for (const id of kept) await relay(step, space, id);
}
