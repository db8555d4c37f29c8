/**
 * `live`: a query of the phone's database that repaints the screen when its answer changes.
 * Call it while a component is being set up; it ends with the component.
 */
import { untrack } from 'svelte';
import { onChanges } from './changes';

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
  let rest: ReturnType<typeof setTimeout> | undefined;

  function again(): void {
    rest ??= setTimeout(() => {
      rest = undefined;
      round += 1;
    }, REST_MS);
  }

  $effect(() => {
    const stop = onChanges((tables) => [...tables].some((table) => !UNSEEN.has(table)) && again());
    return () => {
      stop();
      clearTimeout(rest);
    };
  });

  $effect(() => {
    void round;
    const n = ++n_asked;
    query().then(
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
