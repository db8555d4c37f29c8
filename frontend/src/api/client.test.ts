/** When a request is given up: for its silence, never for its length. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api } from './client';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A link that brings an answer bit by bit, with as many seconds before each. */
function link(bits: [seconds: number, text: string][]): void {
  vi.stubGlobal('fetch', async (_path: string, { signal }: { signal: AbortSignal }) => {
    const left = [...bits];
    const body = new ReadableStream({
      start: (out) => signal.addEventListener('abort', () => out.error(signal.reason)),
      async pull(out) {
        const [seconds, text] = left.shift() ?? [0, undefined];
        await new Promise((passed) => setTimeout(passed, 1000 * seconds));
        if (signal.aborted) return;
        if (text === undefined) out.close();
        else out.enqueue(new TextEncoder().encode(text));
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'application/json' } });
  });
}

it('waits for an answer as long as some of it comes', async () => {
  link([[20, '{"is'], [20, '_slow":'], [20, ' true'], [20, '}']]);
  const asked = api.get('/slow');
  await vi.advanceTimersByTimeAsync(81_000);
  expect(await asked).toEqual({ is_slow: true });
});

it('gives up what has gone silent in the middle', async () => {
  link([[20, '{"is'], [31, '_silent": true}']]);
  const asked = expect(api.get('/silent')).rejects.toMatchObject({ offline: true });
  await vi.advanceTimersByTimeAsync(51_000);
  await asked;
});
