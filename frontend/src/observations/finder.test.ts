import { expect, it } from 'vitest';
import { Finder, type Card } from './finder';
import { NO_WISH } from './kept';

const AT = Date.parse('2017-10-03T10:00:00+03:00');

function card(id: string, text: string, more: Partial<Card> = {}): Card {
  const nothing = { visit_id: null, focus_id: null, feeling: null, tags: [], question: '', is_unsent: false, is_pictured: false };
  return { id, at: AT, observer: 'aino', ...nothing, text, ...more };
}

function finderOf(...cards: Card[]): Finder {
  const finder = new Finder();
  finder.take(cards);
  return finder;
}

function found(finder: Finder, wish: Partial<typeof NO_WISH>): string[] {
  return finder.first(finder.find({ ...NO_WISH, ...wish }), Infinity).sort();
}

it('finds an inflected word, a word inside a longer one, and a word that is still being typed', () => {
  const finder = finderOf(
    card('1', 'Ovella on kartta.'), card('2', 'Katsoin reitin kartalta'), card('3', 'Karttoja jaetaan'),
    card('4', 'Pohjakartalla on värit'), card('5', 'Kassalla on jono'),
  );
  expect(found(finder, { words: 'kartta' })).toEqual(['1', '2', '3', '4']);
  expect(found(finder, { words: 'kartat' })).toEqual(['1', '2', '3', '4']);
  expect(found(finder, { words: 'kas' })).toEqual(['5']);
});

it('wants every word, in any order', () => {
  const finder = finderOf(card('1', 'Kartta on ovella'), card('2', 'Kartta on kassalla'));
  expect(found(finder, { words: 'ovi kartta' })).toEqual(['1']);
  expect(found(finder, { words: '  ' })).toEqual(['1', '2']);
  expect(found(finder, { words: '<&>' })).toEqual(['1', '2']);
});

it('follows what is changed, added and deleted', () => {
  const finder = finderOf(card('1', 'Kartta'), card('2', 'Jono'));
  finder.take([card('1', 'Hylly'), card('3', 'Karttoja')]);
  expect(found(finder, { words: 'kartta' })).toEqual(['3']);
  expect(found(finder, { words: 'hyllyt' })).toEqual(['1']);
  expect(found(finder, { words: 'jono' })).toEqual([]);
});

it('narrows by what an observation has, and counts what each choice would give', () => {
  const finder = finderOf(
    card('1', 'a', { observer: 'aino', feeling: 'works', tags: ['kartta', 'ovi'] }),
    card('2', 'b', { observer: 'pekka', feeling: 'works', tags: ['kartta'], is_unsent: true }),
    card('3', 'c', { observer: 'pekka', feeling: 'does_not' }),
  );
  expect(found(finder, { person: 'pekka' })).toEqual(['2', '3']);
  expect(found(finder, { person: 'pekka', feeling: 'works' })).toEqual(['2']);
  expect(found(finder, { tag: 'kartta' })).toEqual(['1', '2']);
  expect(found(finder, { is_unsent: true })).toEqual(['2']);
  const { counts, places } = finder.find({ ...NO_WISH, feeling: 'works' });
  expect(places).toHaveLength(2);
  expect(counts.feeling).toEqual({ works: 2, does_not: 1 });
  expect(counts.person).toEqual({ aino: 1, pekka: 1 });
});

it('lists newest first, and says of which day', () => {
  const day = 24 * 3600_000;
  const finder = finderOf(card('old', 'a', { at: AT - day }), card('new', 'b', { at: AT + 60_000 }), card('mid', 'c'));
  const midnight = new Date(AT).setHours(0, 0, 0, 0);
  expect(finder.order()).toEqual({ ids: ['new', 'mid', 'old'], days: Float64Array.of(midnight, midnight, midnight - day) });
  expect([...finder.find(NO_WISH).places]).toEqual([0, 1, 2]);
});

it('counts how tags, foci and questions are used', () => {
  const finder = finderOf(
    card('1', 'a', { tags: ['ovi'], focus_id: 'f', question: 'Miten löytää?' }), card('2', 'b', { tags: ['ovi'], focus_id: 'f' }),
  );
  expect(finder.uses()).toEqual({ tags: { ovi: 2 }, foci: { f: 2 }, questions: { 'Miten löytää?': 1 } });
});
