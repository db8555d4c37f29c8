import { expect, it } from 'vitest';
import type { Item } from '../local/records';
import { entryOf, whereIs } from './entries';

const observation = (fields: object = {}) => ({ id: 'o', pending: 0, aside: 0, conflicts: [], ...fields }) as unknown as Item<'observation'>;
const photo = (id: string, fields: object = {}) => ({ id, pending: 0, aside: 0, is_received: true, ...fields }) as Item<'photo'>;
const none = new Set<string>();

it('counts the words and each photo as a part', () => {
  const entry = entryOf(observation({ pending: 2 }), [photo('a', { pending: 1 }), photo('b')], new Set(['a']), none);
  expect([entry.n_sent, entry.n_parts]).toEqual([1, 3]);
});

it('says in one word where an observation is', () => {
  const here = entryOf(observation({ pending: 1 }), [], none, none);
  expect(whereIs(here, false, true)).toBe('here');
  expect(whereIs(here, true, true)).toBe('sending');
  const partly = entryOf(observation(), [photo('a')], new Set(['a']), none);
  expect(whereIs(partly, false, true)).toBe('partly');
  expect(whereIs(entryOf(observation(), [photo('a')], none, none), false, true)).toBe('sent');
});

it('puts what a person must look at before everything else', () => {
  expect(whereIs(entryOf(observation({ pending: 1, aside: 1 }), [], none, none), true, true)).toBe('refused');
  expect(whereIs(entryOf(observation(), [photo('a')], none, new Set(['a'])), false, true)).toBe('refused');
  const clash = { op_id: 'x', field: 'text', text: '', person: '', at: '' };
  expect(whereIs(entryOf(observation({ conflicts: [clash] }), [], none, none), false, true)).toBe('conflict');
});

it('tells of a photo that is still on somebody else’s phone', () => {
  const entry = entryOf(observation(), [photo('a', { is_received: false })], none, none);
  expect(whereIs(entry, false, false)).toBe('elsewhere');
});
