import { expect, it } from 'vitest';
import { keysOf } from './inflection';

const belong = (a: string, b: string): boolean => keysOf(a).some((key) => keysOf(b).includes(key));

it.each([
  'kartta kartalla kartat karttoja kartan karttaa kartoissa kartassamme',
  'opaste opasteet opasteita opasteiden opasteessa',
  'hylly hyllyt hyllyjen hyllyssä hyllyille',
  'pöytä pöydän pöydät pöytiä pöydällä',
  'jono jonot jonossa jonoja jonojen',
  'asiakas asiakkaat asiakkaan asiakkaita asiakasta asiakkaille',
  'kaupunki kaupungin kaupungissa kaupunkeja',
  'silta sillan sillalla siltoja',
  'sisäänkäynti sisäänkäynnin sisäänkäynnit',
  'ruoka ruoan ruokaa ruuan',
  'lapsi lapset lasten lapsia lapsille',
  'vesi veden vettä vedessä',
  'ihminen ihmiset ihmisiä ihmisten ihmisille',
  'vastaus vastauksen vastauksia vastausta',
  'puhelin puhelimen puhelimet puhelimia',
  'tuote tuotteet tuotteen tuotteita',
  'tervehti tervehtiä tervehtivät tervehdin',
  'löytää löytyi löydä löysi löytyy',
  'karta kartor kartan kartorna kartornas',
  'skylt skyltar skyltarna skylten',
  'kund kunder kunden kunderna',
  'map maps mapped',
  'queue queues queueing',
])('finds every form of a word from every other: %s', (forms) => {
  const words = forms.split(' ');
  const missed = words.flatMap((a) => words.filter((b) => !belong(a, b)).map((b) => `${a} ${b}`));
  expect(missed).toEqual([]);
});

it.each([['kartta', 'kassa'], ['hylly', 'hyvä'], ['opaste', 'ovi'], ['pöytä', 'pöly'], ['kuva', 'kuja'], ['lattia', 'lista']])(
  'tells %s from %s',
  (a, b) => expect(belong(a, b)).toBe(false),
);
