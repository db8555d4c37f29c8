import { beforeEach, describe, expect, it } from 'vitest';
import { all } from '../local/records';
import { change, inverse, type Change } from '../sync/outbox';
import { freshPhone } from '../sync/stories';
import {
  arrange, commonPile, deal, dissolveGroup, gist, groupCards, mergeGroups, moveCards, neighbour, nextPosition, pileId, renameGroup, UNGROUPED,
  type Pile,
} from './board';

const space = 'study';
const observed_at = (minute: number): string => `2017-10-03T10:0${minute}:00+03:00`;

/** Three cards, two of them in the group "map"; the group "signs" holds none but has a strength. */
const START: Change[] = [
  { space, kind: 'group', id: 'map', set: { name: 'Map', position: 1 } },
  { space, kind: 'group', id: 'signs', set: { name: 'Signs', position: 2 } },
  { space, kind: 'observation', id: 'a', set: { text: 'a', observed_at: observed_at(1), group_id: 'map' } },
  { space, kind: 'observation', id: 'b', set: { text: 'b', observed_at: observed_at(2), group_id: 'map' } },
  { space, kind: 'observation', id: 'c', set: { text: 'c', observed_at: observed_at(3), group_id: null } },
  { space, kind: 'finding', id: 'idea', set: { result: 'improvement_idea', group_id: 'map' } },
  { space, kind: 'finding', id: 'strength', set: { result: 'strength', group_id: 'signs' } },
];

async function read() {
  const [groups, cards, findings] = await Promise.all([all(space, 'group'), all(space, 'observation'), all(space, 'finding')]);
  return { groups, cards, findings, piles: arrange(groups, cards, findings) };
}

/** The board as {pile: cards}, short enough to compare. */
async function picture(): Promise<Record<string, string[]>> {
  const { piles } = await read();
  return Object.fromEntries(piles.map((pile) => [pileId(pile), pile.cards.map(({ id }) => id)]));
}

/** Does the changes, looks, undoes them, and gives the board in between. */
async function thereAndBack(changes: Change[]): Promise<Record<string, string[]>> {
  const before = await read();
  const undo = await inverse(changes);
  await change(changes);
  const between = await picture();
  await change(undo);
  const strip = (state: typeof before) => JSON.stringify(state, (key, value: unknown) => (key === 'pending' ? 0 : value));
  expect(strip(await read())).toBe(strip(before));
  return between;
}

beforeEach(async () => {
  await freshPhone();
  await change(START);
});

describe('arrange', () => {
  it('lays ungrouped cards first, groups after them, and counts what each group has given', async () => {
    const { piles } = await read();
    expect(piles.map(pileId)).toEqual([UNGROUPED, 'map', 'signs']);
    expect(piles.map(({ n_ideas, n_strengths }) => [n_ideas, n_strengths])).toEqual([[0, 0], [1, 0], [0, 1]]);
    expect(await picture()).toEqual({ [UNGROUPED]: ['c'], map: ['a', 'b'], signs: [] });
  });
});

describe('moving', () => {
  it('moves several cards as one step and back', async () => {
    const { cards } = await read();
    expect(await thereAndBack(moveCards(cards, 'signs'))).toEqual({ [UNGROUPED]: [], map: [], signs: ['a', 'b', 'c'] });
  });

  it('takes cards out of their group', async () => {
    const { cards } = await read();
    expect((await thereAndBack(moveCards(cards, null)))[UNGROUPED]).toEqual(['a', 'b', 'c']);
  });

  it('leaves alone what already lies there', async () => {
    const { cards } = await read();
    expect(moveCards(cards, 'map').map(({ id }) => id)).toEqual(['c']);
  });

  it('makes a group of the chosen cards, after the other groups', async () => {
    const { cards, piles } = await read();
    const changes = groupCards(space, 'new', cards.filter(({ id }) => id !== 'a'), piles, 'Fresh');
    expect(changes[0]).toMatchObject({ kind: 'group', id: 'new', set: { name: 'Fresh', position: 3 } });
    expect(await thereAndBack(changes)).toEqual({ [UNGROUPED]: [], map: ['a'], signs: [], new: ['b', 'c'] });
  });

  it('knows the pile beside a card, and the ends of the board', async () => {
    const { piles, cards } = await read();
    const card = (wanted: string) => cards.find(({ id }) => id === wanted)!;
    const beside = (id: string, step: -1 | 1) => neighbour(piles, card(id), step);
    expect(pileId(beside('a', 1) as Pile)).toBe('signs');
    expect(pileId(beside('a', -1) as Pile)).toBe(UNGROUPED);
    expect(beside('c', -1)).toBeNull();
  });
});

describe('a choice of cards', () => {
  it('has a pile in common only when all lie in the same one', async () => {
    const { piles, cards } = await read();
    const some = (...ids: string[]) => cards.filter(({ id }) => ids.includes(id));
    expect(commonPile(piles, some('a', 'b'))?.group?.id).toBe('map');
    expect(commonPile(piles, some('a', 'c'))).toBeNull();
    expect(commonPile(piles, [])).toBeNull();
  });
});

describe('merging', () => {
  it('takes cards and findings along, deletes the emptied group, and can be undone', async () => {
    const { groups, cards, findings } = await read();
    const [map, signs] = groups;
    const changes = mergeGroups(map!, signs!, cards, findings);
    expect(changes).toContainEqual({ space, kind: 'finding', id: 'idea', set: { group_id: 'signs' } });
    expect(changes).toContainEqual({ space, kind: 'group', id: 'map', deleted: true });
    expect(await thereAndBack(changes)).toEqual({ [UNGROUPED]: ['c'], signs: ['a', 'b'] });
  });

  it('does nothing to a group merged with itself', async () => {
    const { groups, cards, findings } = await read();
    expect(mergeGroups(groups[0]!, groups[0]!, cards, findings)).toEqual([]);
  });
});

describe('dissolving', () => {
  it('frees the cards by one tombstone, and undoing gathers them again', async () => {
    const { groups } = await read();
    const changes = dissolveGroup(groups[0]!);
    expect(changes).toHaveLength(1);
    expect(await thereAndBack(changes)).toEqual({ [UNGROUPED]: ['a', 'b', 'c'], signs: [] });
  });

  it('lets a freed card be taken to another group before the dissolving is undone', async () => {
    const { groups, cards } = await read();
    const undo = await inverse(dissolveGroup(groups[0]!));
    await change(dissolveGroup(groups[0]!));
    await change(moveCards(cards.filter(({ id }) => id === 'a'), 'signs'));
    await change(undo);
    expect(await picture()).toEqual({ [UNGROUPED]: ['c'], map: ['b'], signs: ['a'] });
  });
});

describe('small things', () => {
  it('renames only when the name is another', async () => {
    const { groups } = await read();
    expect(renameGroup(groups[0]!, ' Map ')).toEqual([]);
    expect(renameGroup(groups[0]!, ' The map is found ')[0]?.set).toEqual({ name: 'The map is found' });
  });

  it('deals groups over columns in reading order', () => {
    expect(deal([1, 2, 3, 4, 5], 2)).toEqual([[1, 3, 5], [2, 4]]);
    expect(deal([1], 0)).toEqual([[1]]);
  });

  it('counts positions on from the last', () => {
    expect(nextPosition([])).toBe(1);
    expect(nextPosition([{ position: 4 }, { position: 2.5 }])).toBe(5);
  });

  it('says a card in one line', () => {
    expect(gist({ text: 'Kartta\n  ovella', thought: '' })).toBe('Kartta ovella');
    expect(gist({ text: '', thought: 'Selkeä' })).toBe('Selkeä');
    expect(gist({ text: 'x'.repeat(100), thought: '' }, 10)).toBe(`${'x'.repeat(9)}…`);
  });
});
