/**
 * What only the server remembers: history, bin, refused changes. Asked for while a screen is open: at once, when this
 * phone has sent something, and when the network comes back. What was heard last stays meanwhile.
 */
import { untrack } from 'svelte';
import { api, ApiError } from '../api/client';
import { onChanges } from '../local/changes';
import { status } from '../sync/status.svelte';

/** Until a server that did not tell is asked again. */
const REST_MS = 20_000;

export class Asked<T> {
  answer = $state.raw<T | undefined>();
  /** The code of what went wrong; `offline` when there is no network. */
  problem = $state<string | undefined>();
  #round = $state(0);
  #n_asked = 0;
  #n_heard = 0;

  /** Call it while a component is being set up; the asking ends with it. Without a path nothing is asked yet. */
  constructor(path: () => string | undefined) {
    const hasNetwork = $derived(status.connection !== 'none');
    const wanted = $derived(path());
    const isUnheard = $derived(this.problem !== undefined && this.problem !== 'not_found');
    // A network that went and came between two turns of sending was never seen to be gone.
    $effect(() => {
      void status.lastContactAt;
      if (untrack(() => isUnheard)) this.again();
    });
    $effect(() => {
      if (!isUnheard) return undefined;
      const timer = setInterval(() => this.again(), REST_MS);
      return () => clearInterval(timer);
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
    const n = ++this.#n_asked;
    const heard = await api.get<T>(path).then((answer) => ({ answer, problem: undefined }), (error: unknown) => {
      if (error instanceof ApiError) return { answer: this.answer, problem: error.code };
      throw error;
    });
    // A later question may be answered first; its answer stands.
    if (n < this.#n_heard) return;
    this.#n_heard = n;
    Object.assign(this, heard);
  }
}
