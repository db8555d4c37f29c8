import { expect, it } from 'vitest';
import { begun, redone, stepped, undone } from './steps';

it('goes back and forth', () => {
  const two = stepped(stepped(begun('a'), 'b'), 'c');
  expect(undone(two).now).toBe('b');
  expect(undone(undone(two)).now).toBe('a');
  expect(undone(undone(undone(two))).now).toBe('a');
  expect(redone(undone(two))).toEqual({ ...two, name: '' });
  expect(redone(two).now).toBe('c');
});

it('forgets what was taken back once something else is done', () => {
  const other = stepped(undone(stepped(begun('a'), 'b')), 'c');
  expect(redone(other).now).toBe('c');
  expect(undone(other).now).toBe('a');
});

it('takes a whole drag for one step, but not two drags', () => {
  let steps = begun(0);
  for (const x of [1, 2, 3]) steps = stepped(steps, x, 'drag 1');
  for (const x of [4, 5]) steps = stepped(steps, x, 'drag 2');
  expect(undone(steps).now).toBe(3);
  expect(undone(undone(steps)).now).toBe(0);
});

it('does not go on with a drag that was taken back', () => {
  const back = undone(stepped(stepped(begun(0), 1, 'a'), 2, 'b'));
  expect(undone(stepped(back, 3, 'a')).now).toBe(1);
});
