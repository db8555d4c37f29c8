/** Observations that this person changed and somebody else deleted meanwhile: both are kept until one decides. */
import { database, rowsOf } from '../local/db';
import { itemOf, type Item } from '../local/records';

/** Those of a study, with the change laid over them. */
export async function changedButGone(space: string): Promise<Item<'observation'>[]> {
  const aside = await (await database()).getAllFromIndex('outbox', 'state', 'aside');
  const meant = aside.filter((one) => one.space === space && one.op.kind === 'observation' && one.problem?.code === 'deleted');
  const rows = await rowsOf(space, [...new Set(meant.map((one) => one.id))]);
  return rows.flatMap((row) => (row ? [itemOf<'observation'>(row)] : []));
}
