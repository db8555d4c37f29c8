import { expect, it } from 'vitest';
import { edgeStep } from './drag';

it('scrolls towards the edge that the pointer is near, faster the nearer it is', () => {
  expect(edgeStep(400, 0, 800)).toBe(0);
  expect(edgeStep(60, 0, 800)).toBeLessThan(0);
  expect(edgeStep(10, 0, 800)).toBeLessThan(edgeStep(60, 0, 800));
  expect(edgeStep(790, 0, 800)).toBeGreaterThan(edgeStep(740, 0, 800));
});

it('never runs away when the pointer is outside', () => {
  expect(edgeStep(-500, 0, 800)).toBe(edgeStep(0, 0, 800));
  expect(edgeStep(2000, 0, 800)).toBe(edgeStep(800, 0, 800));
});
