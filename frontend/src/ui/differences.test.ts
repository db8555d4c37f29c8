import { expect, it } from 'vitest';
import { differences, type Stretch } from './differences';

const shown = (stretches: Stretch[]) => stretches.map(({ words, isOwn }) => (isOwn ? `[${words}]` : words)).join('');

it.each([
  ['Kartta oli ovella.', 'Tuo kartta oli seinällä.', '[Kartta] oli [ovella].', '[Tuo] [kartta ]oli [seinällä].'],
  ['Sama teksti', 'Sama teksti', 'Sama teksti', 'Sama teksti'],
  ['', 'Uusi', '', '[Uusi]'],
  ['Myyjä tervehti\nensin', 'Myyjä tervehti ensin', 'Myyjä tervehti\nensin', 'Myyjä tervehti ensin'],
])('marks the words of “%s” and “%s” that differ, and keeps every letter', (one, other, oneShown, otherShown) => {
  const found = differences(one, other);
  expect(found.map(shown)).toEqual([oneShown, otherShown]);
  expect(found.map((stretches) => stretches.map(({ words }) => words).join(''))).toEqual([one, other]);
});

it('marks nothing in two long texts that have nothing in common', () => {
  const words = (from: number) => Array.from({ length: 4000 }, (_, n) => `sana${from + n}`).join(' ');
  expect(differences(words(0), words(9000)).flat().map(({ isOwn }) => isOwn)).toEqual([false, false]);
});
