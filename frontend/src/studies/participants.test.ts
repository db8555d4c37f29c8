import { describe, expect, it } from 'vitest';
import type { Item } from '../local/records';
import { holders, present, shares, type Participant } from './participants';

const stamp = { space: 's', rev: 1, pending: 0, aside: 0, conflicts: [] };

function person(name: string, fields: Partial<Participant> = {}): Participant {
  return { ...stamp, id: name.toLowerCase(), name, role: 'member', is_removed: false, ...fields };
}

const observation = (author: string) => ({ author }) as Item<'observation'>;
const photo = (author: string, is_received: boolean) => ({ author, is_received }) as Item<'photo'>;

describe('shares', () => {
  it('puts leads first, then names in order, and people who were removed last', () => {
    const people = [person('Ödla', { is_removed: true }), person('Vilma'), person('Antti'), person('Ritva', { role: 'lead' })];
    expect(shares(people, [], []).map(({ participant }) => participant.name)).toEqual(['Ritva', 'Antti', 'Vilma', 'Ödla']);
    expect(present(people).map(({ name }) => name)).toEqual(['Ritva', 'Antti', 'Vilma']);
  });

  it('counts what each has seen, and the photos that have not arrived', () => {
    const [antti] = shares(
      [person('Antti')],
      [observation('antti'), observation('antti'), observation('someone')],
      [photo('antti', true), photo('antti', false)],
    );
    expect(antti).toMatchObject({ n_observations: 2, n_missing: 1 });
  });
});

describe('holders', () => {
  it('names those who still have photos, those with most first', () => {
    const photos = [photo('antti', false), photo('vilma', false), photo('vilma', false), photo('ritva', true)];
    expect(holders(shares([person('Antti'), person('Ritva'), person('Vilma')], [], photos))).toEqual(['Vilma', 'Antti']);
  });
});
