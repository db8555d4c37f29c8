import { expect, it } from 'vitest';
import { binned, kindOf, restoring, wordsOf, type Deleted } from './bin';

function deleted(kind: string, id: string, values: Record<string, unknown>, deleted_at = '2017-10-03T07:00:00.000Z'): Deleted {
  return { kind, id, rev: 1, deleted_at, deleted_by: 'aino', until: '2017-11-02T07:00:00.000Z', values };
}

const SEEN = deleted('observation', 'o', { text: ' ', thought: 'Meillekin' });
const WITH_IT = deleted('photo', 'p1', { observation_id: 'o', caption: 'Kartta' }, '2017-10-03T07:00:01.000Z');
const BEFORE_IT = deleted('photo', 'p2', { observation_id: 'o' }, '2017-10-01T07:00:00.000Z');

it('brings an observation back with the photos that went with it, and not with those deleted before', () => {
  const things = binned([SEEN, WITH_IT, BEFORE_IT], () => false);
  expect(things).toEqual([{ main: SEEN, photos: [WITH_IT] }, { main: BEFORE_IT, photos: [] }]);
  expect(restoring('s', things[0]!)).toEqual([
    { space: 's', kind: 'observation', id: 'o', deleted: false }, { space: 's', kind: 'photo', id: 'p1', deleted: false },
  ]);
});

it('leaves out what this phone has already restored', () => {
  expect(binned([SEEN, WITH_IT], () => true)).toEqual([]);
});

it('names a thing by its words and its kind', () => {
  expect([SEEN, WITH_IT, BEFORE_IT].map(wordsOf)).toEqual(['Meillekin', 'Kartta', '']);
  const kinds = [['finding', { result: 'strength' }], ['finding', {}], ['group', {}], ['vote', {}]] as const;
  expect(kinds.map(([kind, values]) => kindOf(kind, values))).toEqual(['strength', 'finding', 'group', 'other']);
});
