/**
 * Pure: finds among the observations of one study, by words and by what they have. Holds a few facts and the keys of
 * the words of each; lives in a worker (finder.worker.ts), so a study of thousands never keeps a screen waiting.
 */
import { dayOf } from './blocks';
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

export interface Hits {
  /** Where they stand in the study's order, newest first. */
  places: Uint32Array<ArrayBuffer>;
  counts: Counts;
}

/** All observations of the study, newest first: their ids, and their days. */
export interface Order {
  ids: string[];
  days: Float64Array<ArrayBuffer>;
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

/** A card as the finder keeps it: the same object for as long as the observation is there. */
interface Known {
  card: Card;
  day: number;
  /** The values of each facet in the order of `KEYS`, by their numbers in `Finder.values`. */
  values: number[][];
  /** The last question that had words for it, and how many of its words are here: quicker than sets of thousands. */
  asked: number;
  n_words: number;
}
const NONE = -1;
const SEVERAL = -2;

/** A word inside a longer one counts from this length on: kartta in pohjakartta. */
const INSIDE = 4;

export class Finder {
  /** Newest first. */
  private cards: Known[] = [];
  private known = new Map<string, Known>();
  /** For each facet, its values and their numbers. Counting by number is many times as fast as by text. */
  private values = KEYS.map(() => new Map<string, number>());
  private byWord = new Map<string, Set<Known>>();
  private byKey = new Map<string, Set<string>>();
  private question = 0;

  /** Take over the study as it is now; only what changed is read again. */
  take(cards: Card[]): void {
    const known = new Map(cards.map((card) => [card.id, this.taken(card)]));
    for (const [id, old] of this.known) if (!known.has(id)) this.forget(old);
    this.known = known;
    this.cards = [...known.values()].sort(({ card: a }, { card: b }) => b.at - a.at || (a.id < b.id ? 1 : -1));
  }

  order(): Order {
    return { ids: this.cards.map(({ card }) => card.id), days: Float64Array.from(this.cards, ({ day }) => day) };
  }

  /** The ids of the first so many hits. */
  first({ places }: Hits, n: number): string[] {
    return Array.from(places.subarray(0, n), (place) => this.cards[place]!.card.id);
  }

  find(wish: Wish): Hits {
    const words = this.mark(wordsOf(wish.words));
    const wanted = KEYS.map((facet, nth) => (wish[facet] ? (this.values[nth]!.get(String(wish[facet])) ?? NONE) : undefined));
    const counts = this.values.map((values) => new Uint32Array(values.size));
    const places = new Uint32Array(this.cards.length);
    let n = 0;
    for (let place = 0; place < this.cards.length; place += 1) {
      const one = this.cards[place]!;
      if ((words && (one.asked !== this.question || one.n_words !== words)) || (wish.is_pictured && !one.card.is_pictured)) continue;
      const missed = missing(one, wanted);
      if (missed === NONE) places[n++] = place;
      // A facet's own choice does not narrow its own counts, so that one can change it.
      if (missed >= 0) for (const value of one.values[missed]!) counts[missed]![value]! += 1;
      else if (missed === NONE) for (let nth = 0; nth < KEYS.length; nth += 1) for (const value of one.values[nth]!) counts[nth]![value]! += 1;
    }
    return { places: places.slice(0, n), counts: this.named(counts) };
  }

  uses(): Uses {
    const uses: Uses = { tags: {}, foci: {}, questions: {} };
    for (const { card } of this.cards) {
      count(uses.tags, card.tags);
      count(uses.foci, some(card.focus_id));
      count(uses.questions, some(card.question));
    }
    return uses;
  }

  private named(counts: Uint32Array[]): Counts {
    const named = KEYS.map((facet, nth) => {
      const values = [...this.values[nth]!].map(([value, number]) => [value, counts[nth]![number]!] as const);
      return [facet, Object.fromEntries(values.filter(([, n]) => n))];
    });
    return Object.fromEntries(named) as Counts;
  }

  /** Note on the observations how many of the words, from the first on, they have; returns how many words there are. */
  private mark(words: string[]): number {
    this.question += 1;
    for (const [nth, word] of words.entries()) {
      for (const form of this.formsOf(word)) {
        for (const known of this.byWord.get(form)!) {
          if (nth && (known.asked !== this.question || known.n_words < nth)) continue;
          known.asked = this.question;
          known.n_words = nth + 1;
        }
      }
    }
    return words.length;
  }

  /** The words of the study that a word asks for. */
  private formsOf(word: string): Set<string> {
    const keys = keysOf(word);
    const stems = keys.filter((key) => key !== word && key.length >= INSIDE);
    const words = new Set(keys.flatMap((key) => [...(this.byKey.get(key) ?? [])]));
    for (const other of this.byWord.keys()) {
      if (other.startsWith(word) || (word.length >= INSIDE && other.includes(word))) words.add(other);
    }
    if (stems.length) {
      for (const [key, others] of this.byKey) if (stems.some((stem) => key.endsWith(stem))) for (const one of others) words.add(one);
    }
    return words;
  }

  /** What is known of a card from now on; its words are read only when they are new. */
  private taken(card: Card): Known {
    const old = this.known.get(card.id);
    const isSame = old?.card.text === card.text;
    if (old && !isSame) this.forget(old);
    const known = old ?? { card, day: 0, values: [], asked: 0, n_words: 0 };
    if (!old || old.card.at !== card.at) known.day = dayOf(card.at);
    known.card = card;
    known.values = KEYS.map((facet, nth) => FACETS[facet](card).map((value) => this.numberOf(nth, value)));
    if (!isSame) this.learn(known);
    return known;
  }

  private numberOf(nth: number, value: string): number {
    const numbers = this.values[nth]!;
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value)!;
  }

  private learn(known: Known): void {
    for (const word of new Set(wordsOf(known.card.text))) {
      const some = this.byWord.get(word);
      if (some) some.add(known);
      else {
        this.byWord.set(word, new Set([known]));
        for (const key of keysOf(word)) this.byKey.set(key, (this.byKey.get(key) ?? new Set()).add(word));
      }
    }
  }

  private forget(known: Known): void {
    for (const word of new Set(wordsOf(known.card.text))) this.byWord.get(word)?.delete(known);
  }
}

/** Which of the wanted values a card lacks: the place of the facet, `NONE`, or `SEVERAL`. */
function missing({ values }: Known, wanted: (number | undefined)[]): number {
  let missed = NONE;
  for (let nth = 0; nth < wanted.length; nth += 1) {
    const value = wanted[nth];
    if (value === undefined || values[nth]!.includes(value)) continue;
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
