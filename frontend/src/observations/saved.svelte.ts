/** What was saved a moment ago, so that its row stands in the list before the list has been read again. */
import { onChanges } from '../local/changes';
import { rowsOf } from '../local/db';
import type { Entry } from './entries';

class Saved {
  entry = $state.raw<Entry | undefined>();
}

export const saved = new Saved();

onChanges((tables) => void (tables.has('records') && forgetDeleted()));

/** Deleted again, here or elsewhere, it must not stand in the list. */
async function forgetDeleted(): Promise<void> {
  const { entry } = saved;
  if (!entry) return;
  const [row] = await rowsOf(entry.observation.space, [entry.observation.id]);
  if (saved.entry === entry && row?.deleted) saved.entry = undefined;
}
