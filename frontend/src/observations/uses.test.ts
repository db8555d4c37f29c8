import { expect, it } from 'vitest';
import { mineFirst, ranked, uncovered } from './uses';

it('suggests the tags of this study by use, then those of the others', () => {
  const own = { ovi: 1, kartta: 5, asiakas: 1 };
  expect(ranked(own, [{ hylly: 2, Kartta: 9 }, { jono: 3, hylly: 2 }])).toEqual(['kartta', 'asiakas', 'ovi', 'hylly', 'jono']);
});

it('puts the foci given to me first', () => {
  const foci = [{ id: 'a', people: [] }, { id: 'b', people: ['me'] }, { id: 'c', people: ['you'] }, { id: 'd', people: ['me'] }];
  expect(mineFirst(foci, 'me').map((focus) => focus.id)).toEqual(['b', 'd', 'a', 'c']);
});

it('names what nobody has looked at, once somebody has looked at something', () => {
  const foci = [{ id: 'a', name: 'Jonot' }, { id: 'b', name: 'Opasteet' }];
  const uses = (seen: Record<string, number>) => ({ tags: {}, foci: seen, questions: {} });
  expect(uncovered(foci, uses({ b: 2 }))).toEqual(['Jonot']);
  expect(uncovered(foci, uses({ a: 1, b: 2 }))).toEqual([]);
  expect(uncovered(foci, uses({}))).toEqual([]);
  expect(uncovered(foci, undefined)).toEqual([]);
});
