/** When a request is given up: for its silence, never for its length. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { postPacked } from './packed';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A link that brings an answer bit by bit, with as many seconds before each, after `up` seconds for the request. */
function link(bits: [seconds: number, text: string][], up = 0): void {
  vi.stubGlobal('fetch', async (_path: string, { signal }: { signal: AbortSignal }) => {
    await new Promise((passed) => setTimeout(passed, 1000 * up));
    signal.throwIfAborted();
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
  const asked = postPacked('/sync', {});
  await vi.advanceTimersByTimeAsync(81_000);
  expect(new TextDecoder().decode(await asked)).toBe('{"is_slow": true}');
});

it('waits for a large body to go up, of which nothing is heard meanwhile', async () => {
  vi.stubGlobal('CompressionStream', undefined);
  link([[0, '{}']], 90);
  const asked = postPacked('/sync', { text: 'x'.repeat(70_000) });
  await vi.advanceTimersByTimeAsync(91_000);
  expect((await asked).byteLength).toBe(2);
});

it('gives up what has gone silent in the middle', async () => {
  link([[20, '{"is'], [31, '_silent": true}']]);
  const asked = expect(postPacked('/sync', {})).rejects.toMatchObject({ offline: true });
  await vi.advanceTimersByTimeAsync(51_000);
  await asked;
});
