/**
 * `live`: a query of the phone's database that repaints the screen when its answer changes.
 * Call it while a component is being set up; it ends with the component.
 */
import { untrack } from 'svelte';
import { onChanges, Pace } from './changes';

/** Tables that no screen shows: what is being typed is on the screen already. */
const UNSEEN = new Set(['drafts', 'meta', 'answered']);
/** Changes often come several at once; and the screen that made one should paint before others ask again. */
const REST_MS = 40;

/** Runs `query` again when stored data, or the `$state` it reads before its first `await`, change. */
export function live<T>(query: () => Promise<T>, initial: T): { readonly current: T } {
  let current = $state.raw(initial);
  let round = $state(0);
  let n_asked = 0;
  let n_shown = 0;
  const pace = new Pace(() => (round += 1), REST_MS);

  $effect(() => {
    const stop = onChanges((tables, isTold) => [...tables].some((table) => !UNSEEN.has(table)) && pace.changed(isTold));
    return () => {
      stop();
      pace.stop();
    };
  });

  $effect(() => {
    void round;
    const n = ++n_asked;
    pace.timed(query()).then(
      (answer) => {
        // A later question may be answered first; its answer stands.
        if (n > n_shown) {
          n_shown = n;
          current = answer;
        }
      },
      (error: unknown) => untrack(() => console.error(error)),
    );
  });

  return {
    get current() {
      return current;
    },
  };
}
