/**
 * What only the server remembers: history, bin, refused changes. Asked for while a screen is open: at once, when this
 * phone has sent something, and when the network comes back. What was heard last stays meanwhile.
 */
import { untrack } from 'svelte';
import { api, ApiError } from '../api/client';
import { onChanges } from '../local/changes';
import { status } from '../sync/status.svelte';

export class Asked<T> {
  answer = $state.raw<T | undefined>();
  /** The code of what went wrong; `offline` when there is no network. */
  problem = $state<string | undefined>();
  #round = $state(0);

  /** Call it while a component is being set up; the asking ends with it. Without a path nothing is asked yet. */
  constructor(path: () => string | undefined) {
    const hasNetwork = $derived(status.connection !== 'none');
    const wanted = $derived(path());
    // A network that went and came between two turns of sending was never seen to be gone.
    $effect(() => {
      void status.lastContactAt;
      if (untrack(() => this.problem) === 'offline') this.again();
    });
    $effect(() => onChanges((tables) => void (tables.has('answered') && this.again())));
    $effect(() => {
      void this.#round;
      if (!hasNetwork) this.problem = 'offline';
      else if (wanted) void this.#ask(wanted);
    });
  }

  again(): void {
    untrack(() => (this.#round += 1));
  }

  async #ask(path: string): Promise<void> {
    try {
      this.answer = await api.get<T>(path);
      this.problem = undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.code;
    }
  }
}
