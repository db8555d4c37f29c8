/**
 * Words in another language than the screen's, for what is printed and handed out.
 * Knows what the later screens say, not the first words; on screens use `words.ts`.
 */
import type { Language } from '../local/identity';
import { keepTrying } from './later';
import type { Key } from './words';

type Section = Record<string, string | { one: string; other: string }>;

const load: Record<Language, () => Promise<{ default: unknown }>> = {
  fi: () => import('../../../benchmark/locale/fi.json?rest'),
  sv: () => import('../../../benchmark/locale/sv.json?rest'),
  en: () => import('../../../benchmark/locale/en.json?rest'),
};
const LOCALES: Record<Language, string> = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' };

export interface Printed {
  /** The words for a key that has no plural; `{name}` is filled from `params`. */
  say: (key: Key, params?: Record<string, string>) => string;
  date: (value: string) => string;
}

/** What to print with in this language. */
export async function printedIn(language: Language): Promise<Printed> {
  const words = (await keepTrying(load[language])).default as Record<string, Section>;
  const format = new Intl.DateTimeFormat(LOCALES[language], { day: 'numeric', month: 'numeric', year: 'numeric' });
  const say = (key: Key, params: Record<string, string> = {}): string => {
    const [section = '', name = ''] = key.split('.');
    const phrase = words[section]?.[name];
    const text = typeof phrase === 'string' ? phrase : key;
    return text.replace(/\{(\w+)\}/g, (whole, field: string) => params[field] ?? whole);
  };
  return { say, date: (value) => format.format(new Date(value)) };
}
