/** The merge by the cases that the server runs too (tests/sync/vectors.json): what a phone shows before and after it hears. */
import { beforeEach, expect, it } from 'vitest';
import vectors from '../../../tests/sync/vectors.json';
import { database, type Fields, type Op, type Row } from '../local/db';
import { change, type Change } from './outbox';
import { applied, type Content } from './overlay';
import { takeAnswer, type ServerRecord } from './pull';
import { nextBatch, type Outcome } from './push';
import { answerOf, freshPhone, STUDY } from './stories';

type Case = (typeof vectors.cases)[number];
type VectorOp = Pick<Op, 'op_id' | 'base_rev' | 'set'> & { device: string; add: Lists; remove: Lists; deleted?: boolean };
type Lists = Record<string, string[]>;

const ID = '01930000-0000-7000-8000-00000000000a';
/** The phone of each story is the one that speaks last. */
const mine = (story: Case) => story.ops.at(-1)!.device;
const opsOf = (story: Case) => story.ops as unknown as VectorOp[];

beforeEach(freshPhone);

/** What the server holds before the first op, and after those that the phone had seen before it wrote. */
function seenBy(story: Case): { rev: number; content: Content } | undefined {
  if (!story.record) return undefined;
  const { rev, fields, conflicts, deleted } = story.record;
  const start = { data: fields, deleted: deleted ? 1 : 0, conflicts } as unknown as Content;
  const base = opsOf(story).find((op) => op.device === mine(story))!.base_rev;
  const others = opsOf(story).filter((op, n) => op.device !== mine(story) && rev + n + 1 <= base);
  return { rev: rev + others.length, content: others.reduce((so_far, op) => applied(so_far, op as unknown as Op), start) };
}

function recordOf(rev: number, { data, conflicts, deleted }: Content): ServerRecord {
  const head = { kind: 'observation' as const, id: ID, rev };
  return deleted ? { ...head, deleted: true } : { ...head, ...data, conflicts };
}

/** The phone sees the record as it was, and writes its own ops without a network. */
async function write(story: Case): Promise<Content> {
  const seen = seenBy(story);
  if (seen) {
    // Before it was deleted it had been seen: a tombstone has no fields.
    await takeAnswer(answerOf([recordOf(seen.rev - 1, { ...seen.content, deleted: 0 })], seen.rev - 1));
    await takeAnswer(answerOf([recordOf(seen.rev, seen.content)], seen.rev));
  }
  const own = opsOf(story).filter((op) => op.device === mine(story));
  for (const { set, add, remove, deleted, base_rev } of own) {
    const parts = { set, add, remove, base_rev, ...(deleted === undefined ? {} : { deleted }) };
    await change([{ space: STUDY, kind: 'observation', id: ID, ...parts } as Change]);
  }
  return own.reduce<Content>((so_far, op) => applied(so_far, op as unknown as Op), seen?.content ?? { data: {}, deleted: 0, conflicts: [] });
}

/** The server's answer: an outcome for each op, and the record unless all was plainly applied. */
async function hear(story: Case): Promise<void> {
  const { outcomes, fields, conflicts, deleted } = story.expected;
  const rev = (story.record?.rev ?? 0) + story.ops.length;
  const own = outcomes.filter((_, n) => story.ops[n]!.device === mine(story)) as Outcome['outcome'][];
  const sent = await nextBatch();
  const record = recordOf(rev, { data: fields as Fields, conflicts: conflicts as unknown as Content['conflicts'], deleted: deleted ? 1 : 0 });
  const isEchoed = own.some((outcome) => outcome !== 'applied' && outcome !== 'deleted');
  await takeAnswer({
    ...answerOf(isEchoed ? [record] : [], rev),
    outcomes: own.map((outcome, n) => ({ op_id: sent[n]!.op_id, outcome, rev })),
  });
}

async function shown(): Promise<Row> {
  return (await (await database()).get('records', [STUDY, ID]))!;
}

it.each(vectors.cases.map((story) => [story.name, story] as const))('while it waits, its own change stands: %s', async (_name, story) => {
  const expected = await write(story);
  expect(await shown()).toMatchObject({ data: expected.data, deleted: expected.deleted, conflicts: expected.conflicts });
});

it.each(vectors.cases.map((story) => [story.name, story] as const))('when it has heard, it shows what the server has: %s', async (_name, story) => {
  const written = await write(story);
  await hear(story);
  const row = await shown();
  const { outcomes, fields, conflicts, deleted } = story.expected;
  if (outcomes.at(-1) === 'deleted') {
    // What was written on it stays in sight, set aside, until its person decides.
    expect(row).toMatchObject({ data: written.data, base: fields, baseDeleted: 1, aside: 1, pending: 0 });
  } else {
    expect(row).toMatchObject({ data: fields, deleted: deleted ? 1 : 0, conflicts, pending: 0, aside: 0 });
    expect(row).not.toHaveProperty('base');
  }
});
