import { expect, it } from 'vitest';
import type { Item } from '../local/records';
import { isTime, isWritten } from './reflections';

const visit = (starts_at: string | null, ends_at: string | null, people: string[] = []) =>
  ({ starts_at, ends_at, people }) as unknown as Item<'visit'>;
const at = (time: string) => Date.parse(`2017-10-03T${time}:00+03:00`);
const from = '2017-10-03T10:00:00+03:00';
const to = '2017-10-03T11:00:00+03:00';

it('asks when my visit has ended', () => {
  expect(isTime([visit(from, to)], at('10:59'), 'me')).toBe(false);
  expect(isTime([visit(from, to)], at('11:00'), 'me')).toBe(true);
  expect(isTime([visit(from, to, ['antti'])], at('12:00'), 'me')).toBe(false);
  expect(isTime([visit(from, to, ['me'])], at('12:00'), 'me')).toBe(true);
});

it('takes two hours for a visit without an end, and never asks for one without a time', () => {
  expect(isTime([visit(from, null)], at('11:59'), 'me')).toBe(false);
  expect(isTime([visit(from, null)], at('12:00'), 'me')).toBe(true);
  expect(isTime([visit(null, null)], at('12:00'), 'me')).toBe(false);
});

it('sees whether anything was answered', () => {
  const empty = { best: '', monday: ' ', already_good: '', surprised: '' } as Item<'reflection'>;
  expect(isWritten(empty)).toBe(false);
  expect(isWritten({ ...empty, surprised: 'Hiljaisuus' })).toBe(true);
});
