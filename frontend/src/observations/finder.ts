/**
 * Pure: finds among the observations of one study, by words and by what they have. Holds a few facts and the keys of
 * the words of each; lives in a worker (finder.worker.ts), so a study of thousands never keeps a screen waiting.
 */
import { inBlocks, type Block } from './blocks';
import { keysOf, wordsOf } from './inflection';

/** What is known of an observation for finding it. */
export interface Card {
  id: string;
  at: number;
  /** Who saw it: see observers.ts. */
  observer: string;
  visit_id: string | null;
  focus_id: string | null;
  feeling: string | null;
  tags: string[];
  question: string;
  is_unsent: boolean;
  is_pictured: boolean;
  /** All its words. */
  text: string;
}

/** What one asks for; `null` and `false` ask for nothing. */
export interface Wish {
  words: string;
  person: string | null;
  visit: string | null;
  focus: string | null;
  tag: string | null;
  feeling: string | null;
  is_unsent: boolean;
  /** Only those with a picture. */
  is_pictured: boolean;
}
export type Facet = 'person' | 'visit' | 'focus' | 'tag' | 'feeling' | 'is_unsent';

/** For each choice, how many there would be with the other wishes as they are. */
export type Counts = Record<Facet, Record<string, number>>;

export interface Found {
  blocks: Block[];
  n: number;
  n_all: number;
  counts: Counts;
}

/** How a study uses its tags, foci and questions: what the form for a new observation suggests from. */
export interface Uses {
  tags: Record<string, number>;
  foci: Record<string, number>;
  questions: Record<string, number>;
}

const FACETS: Record<Facet, (card: Card) => string[]> = {
  person: (card) => [card.observer],
  visit: (card) => some(card.visit_id),
  focus: (card) => some(card.focus_id),
  tag: (card) => card.tags,
  feeling: (card) => some(card.feeling),
  is_unsent: (card) => (card.is_unsent ? ['true'] : []),
};
const KEYS = Object.keys(FACETS) as Facet[];

/** A card with the values of its facets at hand, in the order of `KEYS`. */
interface Known extends Card {
  values: string[][];
}
const NONE = -1;
const SEVERAL = -2;

/** A word inside a longer one counts from this length on: kartta in pohjakartta. */
const INSIDE = 4;

export class Finder {
  /** Newest first. */
  private cards: Known[] = [];
  private known = new Map<string, Card>();
  private byWord = new Map<string, Set<string>>();
  private byKey = new Map<string, Set<string>>();

  /** Take over the study as it is now; only what changed is read again. */
  take(cards: Card[]): void {
    const fresh = new Map(cards.map((card) => [card.id, card]));
    for (const [id, old] of this.known) if (fresh.get(id)?.text !== old.text) this.forget(old);
    for (const card of cards) if (this.known.get(card.id)?.text !== card.text) this.learn(card);
    this.known = fresh;
    this.cards = cards
      .map((card) => ({ ...card, values: KEYS.map((facet) => FACETS[facet](card)) }))
      .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  }

  find(wish: Wish): Found {
    const worded = this.worded(wish.words);
    const wanted = KEYS.map((facet) => (wish[facet] ? String(wish[facet]) : undefined));
    const counts = KEYS.map((): Record<string, number> => ({}));
    const rows: Known[] = [];
    for (const card of this.cards) {
      if ((worded && !worded.has(card.id)) || (wish.is_pictured && !card.is_pictured)) continue;
      const missed = missing(card, wanted);
      if (missed === NONE) rows.push(card);
      // A facet's own choice does not narrow its own counts, so that one can change it.
      if (missed >= 0) count(counts[missed]!, card.values[missed]!);
      else if (missed === NONE) for (const [nth, values] of card.values.entries()) count(counts[nth]!, values);
    }
    const named = Object.fromEntries(KEYS.map((facet, nth) => [facet, counts[nth]])) as Counts;
    return { blocks: inBlocks(rows), n: rows.length, n_all: this.cards.length, counts: named };
  }

  uses(): Uses {
    const uses: Uses = { tags: {}, foci: {}, questions: {} };
    for (const card of this.cards) {
      count(uses.tags, card.tags);
      count(uses.foci, some(card.focus_id));
      count(uses.questions, some(card.question));
    }
    return uses;
  }

  /** The observations with every one of these words, or `undefined` when there are none to look for. */
  private worded(text: string): Set<string> | undefined {
    const words = wordsOf(text);
    if (!words.length) return undefined;
    const [first, ...others] = words.map((word) => this.withWord(word));
    return new Set([...first!].filter((id) => others.every((ids) => ids.has(id))));
  }

  private withWord(word: string): Set<string> {
    const keys = keysOf(word);
    const stems = keys.filter((key) => key !== word && key.length >= INSIDE);
    const found = new Set<string>();
    const words = new Set(keys.flatMap((key) => [...(this.byKey.get(key) ?? [])]));
    for (const [other] of this.byWord) {
      if (other.startsWith(word) || (word.length >= INSIDE && other.includes(word))) words.add(other);
    }
    for (const [key, others] of this.byKey) if (stems.some((stem) => key.endsWith(stem))) for (const one of others) words.add(one);
    for (const one of words) for (const id of this.byWord.get(one) ?? []) found.add(id);
    return found;
  }

  private learn(card: Card): void {
    for (const word of new Set(wordsOf(card.text))) {
      const ids = this.byWord.get(word);
      if (ids) ids.add(card.id);
      else {
        this.byWord.set(word, new Set([card.id]));
        for (const key of keysOf(word)) this.byKey.set(key, (this.byKey.get(key) ?? new Set()).add(word));
      }
    }
  }

  private forget(card: Card): void {
    for (const word of new Set(wordsOf(card.text))) this.byWord.get(word)?.delete(card.id);
  }
}

/** Which of the wanted values a card lacks: the place of the facet, `NONE`, or `SEVERAL`. */
function missing(card: Known, wanted: (string | undefined)[]): number {
  let missed = NONE;
  for (let nth = 0; nth < wanted.length; nth += 1) {
    const value = wanted[nth];
    if (value === undefined || card.values[nth]!.includes(value)) continue;
    if (missed !== NONE) return SEVERAL;
    missed = nth;
  }
  return missed;
}

function some(value: string | null): string[] {
  return value ? [value] : [];
}

function count(counts: Record<string, number>, values: string[]): void {
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
}
