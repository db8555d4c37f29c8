/**
 * The board as a value: which card lies in which group, and which changes a move, merge or dissolving is.
 *
 * Pure, so that what the board does can be tested without a screen or a database. A card whose group
 * has been deleted is ungrouped; therefore dissolving is one tombstone and undoing it brings every card back.
 */
import type { Item, Observation } from '../local/records';
import type { Change } from '../sync/outbox';

export type Card = Item<'observation'>;
export type BoardGroup = Item<'group'>;
export type BoardFinding = Item<'finding'>;

export interface Pile {
  /** Null is the pile of ungrouped cards. */
  group: BoardGroup | null;
  cards: Card[];
  n_ideas: number;
  n_strengths: number;
}

/** The id under which the ungrouped pile is known to drop targets and focus handling. */
export const UNGROUPED = 'ungrouped';

/** Where a drop makes a new group. */
export const NEW_GROUP = 'new-group';

export function pileId(pile: Pile): string {
  return pile.group?.id ?? UNGROUPED;
}

/** The ungrouped pile first, then the groups in the order given; cards in the order they were seen. */
export function arrange(groups: BoardGroup[], cards: Card[], findings: BoardFinding[]): Pile[] {
  const ungrouped: Pile = { group: null, cards: [], n_ideas: 0, n_strengths: 0 };
  const piles = new Map<string, Pile>();
  for (const group of groups) piles.set(group.id, { group, cards: [], n_ideas: 0, n_strengths: 0 });
  for (const card of [...cards].sort(bySeen)) (piles.get(card.group_id ?? '') ?? ungrouped).cards.push(card);
  for (const finding of findings) {
    const pile = piles.get(finding.group_id ?? '');
    if (pile && finding.result === 'strength') pile.n_strengths += 1;
    else if (pile) pile.n_ideas += 1;
  }
  return [ungrouped, ...piles.values()];
}

/** Oldest first, so that what arrives during the debrief comes last and nothing jumps. */
function bySeen(a: Card, b: Card): number {
  return Date.parse(a.observed_at) - Date.parse(b.observed_at) || (a.id < b.id ? -1 : 1);
}

/** A position after everything that is there now. */
export function nextPosition(items: { position: number }[]): number {
  return items.reduce((last, item) => Math.max(last, item.position), 0) + 1;
}

/** Puts the cards in a group, or in none (null). Cards that already lie there are left alone. */
export function moveCards(cards: Card[], groupId: string | null): Change[] {
  return cards
    .filter((card) => card.group_id !== groupId)
    .map((card) => ({ space: card.space, kind: 'observation', id: card.id, set: { group_id: groupId } }));
}

/** A new group with these cards in it, as one step. */
export function groupCards(space: string, id: string, cards: Card[], piles: Pile[], name = ''): Change[] {
  const groups = piles.flatMap((pile) => pile.group ?? []);
  const made: Change = { space, kind: 'group', id, set: { name, position: nextPosition(groups) } };
  return [made, ...moveCards(cards, id)];
}

export function renameGroup(group: BoardGroup, name: string): Change[] {
  const trimmed = name.trim();
  if (trimmed === group.name) return [];
  return [{ space: group.space, kind: 'group', id: group.id, set: { name: trimmed } }];
}

/** Everything of one group, cards and findings, goes to the other; the emptied group is deleted. */
export function mergeGroups(from: BoardGroup, into: BoardGroup, cards: Card[], findings: BoardFinding[]): Change[] {
  if (from.id === into.id) return [];
  const moved = findings
    .filter((finding) => finding.group_id === from.id)
    .map((finding): Change => ({ space: finding.space, kind: 'finding', id: finding.id, set: { group_id: into.id } }));
  return [
    ...moveCards(cards.filter((card) => card.group_id === from.id), into.id),
    ...moved,
    { space: from.space, kind: 'group', id: from.id, deleted: true },
  ];
}

/** Only the group goes; its cards are ungrouped because their group is no longer there. */
export function dissolveGroup(group: BoardGroup): Change[] {
  return [{ space: group.space, kind: 'group', id: group.id, deleted: true }];
}

/** The pile before (-1) or after (+1) the one the card lies in; null at either end. */
export function neighbour(piles: Pile[], card: Card, step: -1 | 1): Pile | null {
  const at = piles.findIndex((pile) => pile.cards.some((other) => other.id === card.id));
  return at < 0 ? null : (piles[at + step] ?? null);
}

/** The pile in which all of these cards lie, or null when they come from several. */
export function commonPile(piles: Pile[], cards: Card[]): Pile | null {
  const ids = new Set(cards.map(({ id }) => id));
  const homes = piles.filter((pile) => pile.cards.some(({ id }) => ids.has(id)));
  return homes.length === 1 ? (homes[0] ?? null) : null;
}

/** Groups dealt to columns in reading order, so that a column never leaves gaps and rarely reshuffles. */
export function deal<T>(items: T[], columns: number): T[][] {
  const dealt: T[][] = Array.from({ length: Math.max(1, columns) }, () => []);
  items.forEach((item, index) => dealt[index % dealt.length]?.push(item));
  return dealt;
}

/** One line that stands for the card: what was seen, else what was thought, else nothing. */
export function gist(fields: Pick<Observation, 'text' | 'thought'>, length = 80): string {
  const line = (fields.text || fields.thought || '').replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}
