/** How soon a screen asks again: at once for its own person, at a bearable pace for what sync brings, always once at the end. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from './changes';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A screen whose question takes so many milliseconds, and when it has asked. */
function screen(milliseconds: number): { pace: Pace; asked: number[] } {
  const asked: number[] = [];
  const begun = performance.now();
  const pace = new Pace(() => {
    asked.push(performance.now() - begun);
    void pace.timed(new Promise((resolve) => setTimeout(resolve, milliseconds)));
  }, 40);
  return { pace, asked };
}

it('takes a burst of changes as one', async () => {
  const { pace, asked } = screen(5);
  for (let n = 0; n < 10; n += 1) pace.changed(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([40]);
});

it('rests most of the time while sync goes on, and has asked after its end', async () => {
  const { pace, asked } = screen(200);
  for (let n = 0; n < 100; n += 1) {
    pace.changed(true);
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked.length).toBeLessThanOrEqual(15);
  expect(asked.length).toBeGreaterThanOrEqual(9);
  expect(asked.at(-1)).toBeGreaterThan(9900);
});

it('asks at once for what a person does here, in the middle of that', async () => {
  const { pace, asked } = screen(200);
  for (let n = 0; n < 20; n += 1) {
    pace.changed(true);
    await vi.advanceTimersByTimeAsync(100);
  }
  const [begun, n_before] = [2000, asked.length];
  pace.changed(false);
  pace.changed(true);
  await vi.advanceTimersByTimeAsync(40);
  expect(asked.slice(n_before)).toEqual([begun + 40]);
});
