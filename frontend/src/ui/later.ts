/**
 * What comes in a chunk of its own. Until the service worker keeps the whole app, the network may go away before a
 * chunk is there: what needs it stays away without a word, and comes when it can. All dynamic imports go through here.
 */
import { say } from './undo.svelte';
import { allWords, t } from './words';

const REST_MS = 2000;
const MOST_REST_MS = 60_000;

/** Try until it succeeds, less and less often; at once when the network or the worker comes. `onmissing` hears of the first failure. */
export async function keepTrying<T>(load: () => Promise<T>, onmissing?: () => void): Promise<T> {
  for (let rest = REST_MS; ; rest = Math.min(2 * rest, MOST_REST_MS)) {
    try {
      return await load();
    } catch {
      if (rest === REST_MS) onmissing?.();
      await chance(rest);
    }
  }
}

async function chance(rest: number): Promise<void> {
  const come = new AbortController();
  const { signal } = come;
  await new Promise((resolve) => {
    setTimeout(resolve, rest);
    addEventListener('online', resolve, { signal });
    navigator.serviceWorker?.addEventListener('controllerchange', resolve, { signal });
  });
  come.abort();
}

/** A chunk, with all the words that it may say. */
export async function later<T>(load: () => Promise<T>, onmissing?: () => void): Promise<T> {
  const [part] = await keepTrying(() => Promise.all([load(), allWords()]), onmissing);
  return part;
}

/** One that a tap has asked for: when it cannot be had now, that is said, and `close` keeps it from coming up unasked. */
export function asked<T>(load: () => Promise<T>, close: () => void): Promise<T> {
  return later(load, () => {
    close();
    sayNotLoaded();
  });
}

export function sayNotLoaded(): void {
  say(t('ui.not_loaded'));
}
