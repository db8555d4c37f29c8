/**
 * `live`: a query of the phone's database that repaints the screen when its answer changes.
 * Call it while a component is being set up; it ends with the component.
 */
import { liveQuery } from 'dexie';
import { untrack } from 'svelte';

/** Runs `query` again when Dexie data or the `$state` it reads before its first `await` change. */
export function live<T>(query: () => Promise<T>, initial: T): { readonly current: T } {
  let current = $state.raw(initial);
  let round = $state(0);

  $effect(() => {
    void round;
    let forget = () => {};
    const run = () => {
      forget();
      let answer!: Promise<T>;
      let isFirst = true;
      // The inner effect notes which $state the query reads; Dexie notes which rows.
      forget = $effect.root(() => {
        $effect.pre(() => {
          if (isFirst) answer = query();
          else untrack(() => (round += 1));
          isFirst = false;
        });
      });
      return answer;
    };
    const subscription = liveQuery(run).subscribe({
      next: (value) => (current = value),
      error: (error: unknown) => console.error(error),
    });
    return () => {
      forget();
      subscription.unsubscribe();
    };
  });

  return {
    get current() {
      return current;
    },
  };
}
