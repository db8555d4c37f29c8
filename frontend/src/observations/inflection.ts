/**
 * Pure: finds words again in whatever form they stand, in Finnish, Swedish and English at once. A word gives a few
 * keys, one for each ending it may carry; two words belong together when they share a key. Made for finding, not
 * for grammar: a key too many costs a row too many, a missing one hides what somebody saw.
 */

/** Case, plural, person and definite endings, and the empty one. */
const ENDINGS = [
  '', 'n', 't', 'a', 'ä', 'ta', 'tä', 'tta', 'ttä', 'ja', 'jä', 'da', 'dä', 'ssa', 'ssä', 'sta', 'stä', 'lla', 'llä', 'lta',
  'ltä', 'lle', 'ksi', 'na', 'nä', 'ne', 'jen', 'den', 'ten', 'tten', 'hin', 'han', 'hen', 'hon', 'hun', 'hyn', 'hän', 'hön',
  'seen', 'siin', 'vat', 'vät', 'tiin', 'taan', 'tään',
  's', 'e', 'arnas', 'ornas', 'ernas', 'ar', 'or', 'er', 'r', 'an', 'en', 'et', 'arna', 'orna', 'erna', 'na', 'ade', 'at', 'ande',
  'es', 'ed', 'ing', 'ings', 'ly',
];
/** What a Finnish stem grows before its endings: nainen : naise-, vastaus : vastaukse-, puhelin : puhelime-, mies : miehe-. */
const GROWN = /(nen|kse|ksi|ks|se|si|s|me|mi|he|hi|n)$/;
const ATTACHED = /(kin|kaan|kään|nsa|nsä|mme|nne)$/;
const VOWELS = /[aeiouyäöå]+$/;
/** Weak grade to strong, at the end of a stem: pöydä- : pöytä, kaupungi- : kaupunki, silla- : silta. */
const GRADES: [RegExp, string][] = [
  [/([bcfghkpst])\1$/, '$1'], [/ng$/, 'nk'], [/mm$/, 'mp'], [/ll$/, 'lt'], [/nn$/, 'nt'], [/rr$/, 'rt'], [/d$/, 't'],
  [/(?<=.[aeiouyäöålr])v$/, 'p'], [/(?<=uo)k$/, ''], [/j$/, ''], [/(?<=[lr])k$/, ''],
];
const IRREGULAR: Record<string, string> = { lasten: 'lapset', lasta: 'lapset', miesten: 'miehet', naisten: 'naiset', ruuan: 'ruoan' };
const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text, in small letters. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFC').toLocaleLowerCase('fi').match(WORD) ?? [];
}

/** The keys of a word; the word itself is one of them. */
export function keysOf(word: string): string[] {
  const keys = new Set([word]);
  for (const form of new Set([word, word.replace(ATTACHED, ''), IRREGULAR[word] ?? word])) {
    for (const ending of ENDINGS) if (form.endsWith(ending)) addStem(keys, form.slice(0, form.length - ending.length), ending);
  }
  return [...keys];
}

function addStem(keys: Set<string>, stem: string, ending: string): void {
  // What a long ending leaves of a short word says nothing any more.
  if (stem.length < (ending.length > 2 ? 3 : 2)) return;
  for (const one of new Set([stem, stem.replace(GROWN, ''), stem.replace(/si$/, 't')])) {
    const bare = one.replace(VOWELS, '');
    const kept = bare.length >= (one.length > 3 ? 3 : 2) ? bare : one.slice(0, 3);
    if (kept.length >= 2) keys.add(strong(kept));
  }
}

function strong(stem: string): string {
  const [weak, grade] = GRADES.find(([weak]) => weak.test(stem)) ?? [];
  return weak ? stem.replace(weak, grade!) : stem;
}
