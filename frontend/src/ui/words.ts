/**
 * The catalogue of words (benchmark/locale/*.json), shared with the server: `t(key)`.
 * A language is one chunk, loaded before the first screen. Changing it draws the screens anew.
 */
import type catalogue from '../../../benchmark/locale/fi.json';
import { createSubscriber } from 'svelte/reactivity';
import type { Language } from '../local/identity';

type Catalogue = typeof catalogue;
/** Every key of the catalogue, so that a missing one fails the type check. */
export type Key = { [S in keyof Catalogue & string]: `${S}.${keyof Catalogue[S] & string}` }[keyof Catalogue & string];
type Phrase = string | { one: string; other: string };
type Words = Record<string, Record<string, Phrase>>;

export const LANGUAGES: Language[] = ['fi', 'sv', 'en'];
const LOCALES: Record<Language, string> = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' };

type Load = Record<Language, () => Promise<{ default: unknown }>>;
/** The words of joining and capturing, which the first screen needs. Which they are, build.plugins.ts says. */
const loadFirst: Load = {
  fi: () => import('../../../benchmark/locale/fi.json'),
  sv: () => import('../../../benchmark/locale/sv.json'),
  en: () => import('../../../benchmark/locale/en.json'),
};
const loadRest: Load = {
  fi: () => import('../../../benchmark/locale/fi.json?rest'),
  sv: () => import('../../../benchmark/locale/sv.json?rest'),
  en: () => import('../../../benchmark/locale/en.json?rest'),
};

let words: Words = {};
let rest: Promise<void> | undefined;
let current: Language = 'fi';
let changed = () => {};
let plural = new Intl.PluralRules('fi');
const subscribe = createSubscriber((update) => {
  changed = update;
  return () => (changed = () => {});
});

/** The language of the screens; reactive. */
export const language = {
  get current(): Language {
    subscribe();
    return current;
  },
};

/** The best of our languages for this person: the chosen one, else the browser's, else Finnish. */
export function preferred(): Language {
  const wishes = [localStorage.getItem('benchmark.language') ?? '', ...navigator.languages];
  return wishes.map((wish) => wish.slice(0, 2) as Language).find((wish) => LANGUAGES.includes(wish)) ?? 'fi';
}

/** Load a language and use it from now on; `keep` remembers it on this phone. */
export async function setLanguage(chosen: Language, { keep = true } = {}): Promise<void> {
  const first = (await loadFirst[chosen]()).default as Words;
  const isWhole = rest !== undefined;
  words = structuredClone(first);
  current = chosen;
  rest = undefined;
  if (isWhole) await allWords();
  plural = new Intl.PluralRules(chosen);
  document.documentElement.lang = chosen;
  if (keep) localStorage.setItem('benchmark.language', chosen);
  changed();
}

/** Load what the first screens do not need. Screens that come in chunks of their own wait for it. */
export function allWords(): Promise<void> {
  const into = words;
  rest ??= loadRest[current]().then(
    ({ default: more }) => {
      for (const [section, names] of Object.entries(more as Words)) into[section] = { ...into[section], ...names };
    },
    (error: unknown) => {
      rest = undefined;
      throw error;
    },
  );
  return rest;
}

/** The words for a key in the current language; `{name}` is filled from `params`, `n` chooses the plural. */
export function t(key: Key, params: Record<string, string | number> = {}): string {
  const dot = key.indexOf('.');
  const phrase = words[key.slice(0, dot)]?.[key.slice(dot + 1)] ?? key;
  const form = plural.select(Number(params.n ?? 0)) === 'one' ? 'one' : 'other';
  const text = typeof phrase === 'string' ? phrase : phrase[form];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** What to tell a person about a named failure, with a general sentence for names not known here. */
export function problemText(code: string): string {
  const known = words.problem?.[code];
  return typeof known === 'string' ? known : t('problem.unknown');
}

const SHORT_DATE = { day: 'numeric', month: 'numeric', year: 'numeric' } as const;
const LONG_DATE = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const TIME = { hour: 'numeric', minute: '2-digit' } as const;
/** Making a format costs more than a hundred uses of it, so each is made once. */
function once<Style, Format>(make: (locale: string, style: Style) => Format): (style: Style) => Format {
  const made = new Map<Style, { locale: string; format: Format }>();
  return (style) => {
    let found = made.get(style);
    if (found?.locale !== locale()) made.set(style, (found = { locale: locale(), format: make(locale(), style) }));
    return found.format;
  };
}

const dateFormat = once((locale, style: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, style));
const numberFormat = once((locale, digits: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }));

function dated(value: string | number | Date, style: Intl.DateTimeFormatOptions): string {
  return dateFormat(style).format(new Date(value));
}

/** Have the first format made beside the page, which starts meanwhile. */
export function startFormats(chosen: Language): void {
  new Worker(new URL('./formats.worker.ts', import.meta.url), { type: 'module', name: LOCALES[chosen] });
}

/** Make the list's formats while its rows are still being read. */
export function prepareFormats(): void {
  formatDate(0, true);
  formatTime(0);
}

/** A date such as 3.10.2017; with the weekday when `long`. */
export function formatDate(value: string | number | Date, long = false): string {
  return dated(value, long ? LONG_DATE : SHORT_DATE);
}

/** A time of day such as 10.12. */
export function formatTime(value: string | number | Date): string {
  return dated(value, TIME);
}

/** A number with the language's own separators. */
export function formatNumber(value: number, digits = 0): string {
  return numberFormat(digits).format(value);
}

/** The language tag for dates, numbers and speech. */
export function locale(): string {
  return LOCALES[current];
}
