import { beforeAll, expect, it } from 'vitest';
import type { Kind } from '../local/records';
import { allWords, LANGUAGES, setLanguage } from '../ui/words';
import { fieldName, TOLD, valueText } from './values';

const NAMES = new Map([['g', 'Opasteet']]);

beforeAll(async () => {
  // The two things of a page that words touch.
  Object.assign(globalThis, { document: { documentElement: { lang: '' } } });
  await setLanguage('fi', { keep: false });
  await allWords();
});

it.each(LANGUAGES)('has a name for every field that is told, in %s', async (language) => {
  await setLanguage(language, { keep: false });
  const names = Object.entries(TOLD).flatMap(([kind, fields]) => fields.map((field) => fieldName(kind as Kind, field)));
  expect(names.filter((name) => name.includes('.') || !name)).toEqual([]);
  await setLanguage('fi', { keep: false });
});

it.each([
  ['is_announced', false, 'Tavallisina asiakkaina'], ['stage', 'debrief', 'Yhteinen purku'], ['people', 'blurred', 'Oli, mutta peitin'],
  ['photo_permission', 'refused', 'Kielletty'], ['impact', 3, 'Suuri'], ['status', 'trying', 'Kokeilussa'], ['due_on', '2017-11-01', '1.11.2017'],
  ['questions', ['Missä?', 'Miten?'], 'Missä?\nMiten?'], ['questions', [], 'tyhjennetty'], ['name', '', 'tyhjennetty'],
  ['group_id', 'g', 'Opasteet'], ['group_id', 'x', 'ei enää tässä oppimisvierailussa'], ['pin', { x: 0.1, y: 0.2 }, 'merkitty'],
] as const)('says %s %j in words', (field, value, words) => {
  expect(valueText(field, value, NAMES)).toBe(words);
});
