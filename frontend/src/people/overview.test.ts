import { expect, it } from 'vitest';
import type { Item } from '../local/records';
import { overview } from './overview';

const stamp = { space: 's', rev: 1, pending: 0, aside: 0, conflicts: [] as Item<'study'>['conflicts'] };
const study = { ...stamp, id: 's', title: 'Rautakauppa' } as unknown as Item<'study'>;
const person = (id: string, name: string) => ({ ...stamp, id, name, role: 'member', is_removed: false }) as Item<'participant'>;
const seen = (id: string, author: string, more = {}) => ({ ...stamp, id, author, ...more }) as unknown as Item<'observation'>;
const photo = (author: string, observation_id: string, is_received: boolean, id = observation_id) =>
  ({ ...stamp, id, author, observation_id, is_received }) as unknown as Item<'photo'>;

it('counts what of mine is not wholly sent, and whose phones still have photos', () => {
  const observations = [seen('1', 'me'), seen('2', 'me', { pending: 1 }), seen('3', 'me'), seen('4', 'antti')];
  const photos = [photo('me', '1', true), photo('me', '3', false), photo('antti', '4', false), photo('antti', '4', false)];
  const people = [person('me', 'Minna'), person('antti', 'Antti')];
  expect(overview(study, observations, photos, people, 'me', new Set(['3']))).toEqual({
    space: 's', title: 'Rautakauppa', n_mine: 3, n_unsent: 2, has_elsewhere: false, n_expected: 4, n_received: 1, holders: ['Antti', 'Minna'],
  });
});

it('says nothing of a study where nothing has happened', () => {
  expect(overview(study, [], [], [], 'me', new Set())).toMatchObject({ n_mine: 0, n_unsent: 0, n_expected: 0, holders: [] });
});

it('tells what of mine is on my other phone from what is only on this one', () => {
  const observations = [seen('1', 'me'), seen('2', 'me')];
  const photos = [photo('me', '1', false), photo('me', '2', false)];
  expect(overview(study, observations, photos, [], 'me', new Set(['1', '2']))).toMatchObject({ n_unsent: 2, has_elsewhere: false });
  expect(overview(study, observations, photos, [], 'me', new Set(['1']))).toMatchObject({ n_unsent: 2, has_elsewhere: true });
});
