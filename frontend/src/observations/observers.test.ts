import { expect, it } from 'vitest';
import { newId } from '../local/ids';
import { idsByName, observerName, observerOf } from './observers';

const [AINO, PEKKA, OTHER_PEKKA] = [newId(), newId(), newId()];
const PEOPLE = [{ id: AINO, name: 'Aino' }, { id: PEKKA, name: 'Pekka' }, { id: OTHER_PEKKA, name: 'Pekka' }];
const IDS = idsByName(PEOPLE);
const NAMES = new Map(PEOPLE.map(({ id, name }) => [id, name]));

it('gives a paper card to whom it names', () => {
  expect(observerOf({ author: PEKKA, observer: '' }, IDS)).toBe(PEKKA);
  expect(observerOf({ author: PEKKA, observer: ' aino' }, IDS)).toBe(AINO);
  expect(observerOf({ author: PEKKA, observer: 'Raija' }, IDS)).toBe('Raija');
});

it('takes nobody for the one of two people with a name', () => {
  expect(observerOf({ author: AINO, observer: 'Pekka' }, IDS)).toBe('Pekka');
});

it('calls people by their names, and an unknown id nothing', () => {
  expect(observerName(AINO, NAMES)).toBe('Aino');
  expect(observerName('Raija', NAMES)).toBe('Raija');
  expect(observerName(newId(), NAMES)).toBeUndefined();
});
