/**
 * Hears from the server that something is new ("space S is at rev N") and asks for a turn. Where the
 * server has no place left for listeners, or nothing comes through, it asks every 20 seconds instead.
 */
import { cursors } from './pull';

const POLL_MS = 20_000;
const RETRY_MS = 60_000;

/**
 * Call `wake` whenever there may be something new. Sleeps while the app is not on screen or nobody `mayAsk`.
 * News that arrives during a turn is judged after it: most of it is the echo of what the turn sent.
 * The answer looks again at once, for when somebody has signed in.
 */
export function listen(wake: () => void, mayAsk: () => boolean, turn: () => Promise<void>): () => void {
  let source: EventSource | undefined;
  let isOpen = false;
  let retryAt = 0;

  function open(): void {
    if (source || document.visibilityState !== 'visible' || performance.now() < retryAt || !mayAsk()) return;
    source = new EventSource('/api/v1/live');
    source.onopen = () => (isOpen = true);
    source.onmessage = (event) => void turn().then(() => heard(event.data as string, wake));
    source.onerror = close;
  }

  function close(): void {
    source?.close();
    source = undefined;
    isOpen = false;
    retryAt = performance.now() + RETRY_MS * (0.5 + Math.random());
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') retryAt = 0;
    else close();
    open();
  });
  addEventListener('online', () => {
    retryAt = 0;
    open();
  });
  setInterval(() => {
    if (document.visibilityState !== 'visible' || !mayAsk()) return;
    open();
    if (!isOpen && navigator.onLine) wake();
  }, POLL_MS);
  open();
  return open;
}

async function heard(data: string, wake: () => void): Promise<void> {
  const { space, rev } = JSON.parse(data) as { space: string; rev: number };
  const seen = (await cursors())[space];
  if (!seen || parseInt(seen, 10) < rev) wake();
}
