/** What the server could not take of some records, and the ways on. Of pictures it reads only those it is asked for. */
import { database, dropBytes, rowsOf, setBytes, write, type Bytes, type Queued } from '../local/db';
import { change, discardAside, queue, wakeEngine, type Change } from '../sync/outbox';

export interface Refusal {
  ops: Queued[];
  /** Without their bytes: a screen may show many. */
  pictures: Pick<Bytes, 'id' | 'problem'>[];
}

/** Every record of which something was refused. */
export async function refusedHere(): Promise<{ id: string; space: string }[]> {
  const db = await database();
  const [ops, pictures] = await Promise.all([
    db.getAllFromIndex('outbox', 'state', 'aside'), db.getAllKeysFromIndex('bytes', 'state', 'aside'),
  ]);
  const spaces = new Map(ops.map(({ id, space }) => [id, space]));
  // One after the other, so that the phone holds one picture at a time.
  for (const id of pictures.filter((one) => !spaces.has(one))) {
    const kept = await db.get('bytes', id);
    if (kept) spaces.set(id, kept.space);
  }
  return [...spaces].map(([id, space]) => ({ id, space }));
}

/** What was refused of some records of a space. */
export async function refusedOf(space: string, ids: string[]): Promise<Refusal> {
  const db = await database();
  const [queued, aside] = await Promise.all([
    Promise.all(ids.map((id) => db.getAllFromIndex('outbox', 'record', [space, id]))),
    db.getAllKeysFromIndex('bytes', 'state', 'aside'),
  ]);
  const pictures: Refusal['pictures'] = [];
  for (const id of aside.filter((one) => ids.includes(one))) {
    const kept = await db.get('bytes', id);
    if (kept) pictures.push({ id, problem: kept.problem });
  }
  return { ops: queued.flat().filter(({ state }) => state === 'aside'), pictures };
}

/** Send it once more; what somebody deleted meanwhile is restored. */
export async function sendAgain(space: string, { ops, pictures }: Refusal): Promise<void> {
  const changes = new Map(ops.map(({ op, problem }) => [op.id, {
    space, kind: op.kind, id: op.id, ...(problem?.code === 'deleted' ? { deleted: false } : {}),
  } as Change]));
  await change([...changes.values()]);
  await write(['bytes'], async (step) => {
    for (const { id } of pictures) await setBytes(step, id, { state: 'waiting' });
  });
  wakeEngine();
}

/** Throw it away. A picture that nobody has any more is deleted, so that nobody waits for it. */
export async function throwAway(space: string, { ops, pictures }: Refusal): Promise<void> {
  for (const id of new Set(ops.map((one) => one.id))) await discardAside(space, id);
  const ids = pictures.map(({ id }) => id);
  await write(['records', 'outbox', 'bytes', 'thumbs'], async (step) => {
    await dropBytes(step, ids);
    const rows = await rowsOf(space, ids, step);
    const lacking = rows.flatMap((row) => (row && !row.deleted && !row.data.is_received ? [row.id] : []));
    await queue(step, lacking.map((id) => ({ space, kind: 'photo', id, deleted: true })));
  });
  wakeEngine();
}
