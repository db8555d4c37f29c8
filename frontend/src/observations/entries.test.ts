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
  expect(whereIs(here, false)).toBe('here');
  expect(whereIs(here, true)).toBe('sending');
  const partly = entryOf(observation(), [photo('a')], new Set(['a']), none);
  expect(whereIs(partly, false)).toBe('partly');
  expect(whereIs(entryOf(observation(), [photo('a')], none, none), false)).toBe('sent');
});

it('puts what a person must look at before everything else', () => {
  expect(whereIs(entryOf(observation({ pending: 1, aside: 1 }), [], none, none), true)).toBe('refused');
  expect(whereIs(entryOf(observation(), [photo('a')], none, new Set(['a'])), false)).toBe('refused');
  const clash = { op_id: 'x', field: 'text', text: '', person: '', at: '' };
  expect(whereIs(entryOf(observation({ conflicts: [clash] }), [], none, none), false)).toBe('conflict');
});

it('tells of a photo that is on neither the server nor this phone, whoever took it', () => {
  const photos = [photo('a', { is_received: false })];
  expect(whereIs(entryOf(observation(), photos, none, none), false)).toBe('elsewhere');
  // Sent a moment ago: the server has not told yet that it is there.
  expect(whereIs(entryOf(observation(), photos, none, none, new Set(['a'])), false)).toBe('sent');
});
