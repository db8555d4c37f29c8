/** What was saved a moment ago, so that its row stands in the list before the list has been read again. */
import type { Entry } from './entries';

class Saved {
  entry = $state.raw<Entry | undefined>();
}

export const saved = new Saved();
