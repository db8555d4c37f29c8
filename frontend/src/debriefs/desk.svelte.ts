/**
 * What a person does at the board: which cards are chosen, which one has the keyboard, what is being
 * dragged; and the moves themselves, each one undoable step that is also spoken.
 */
import { SvelteSet } from 'svelte/reactivity';
import { newId } from '../local/ids';
import { announce } from '../ui/announce.svelte';
import { act } from '../ui/undo.svelte';
import { t } from '../ui/words';
import {
  dissolveGroup, gist, groupCards, mergeGroups, moveCards, neighbour, NEW_GROUP, pileId, renameGroup,
  type BoardFinding, type BoardGroup, type Card, type Pile,
} from './board';

/** How a pile is called, also when it has no name. */
export function pileName(group: BoardGroup | null): string {
  if (!group) return t('board.ungrouped');
  return group.name || t('board.unnamed');
}

/** How a card is called when only one line can be said. */
export function cardName(card: Card): string {
  return gist(card) || t('board.photo_only');
}

export class Desk {
  readonly selected = new SvelteSet<string>();
  isSelecting = $state(false);
  /** The card that Tab reaches; the arrows go on from it. */
  active = $state<string | null>(null);
  /** A group whose name takes the focus once it is drawn. */
  refocus: string | null = null;
  /** The card that lost the focus to nothing, as it does when it is redrawn elsewhere. */
  lost: string | null = null;
  /** The group whose name is being written. */
  naming = $state<string | null>(null);
  dragged = $state.raw<Card[]>([]);
  over = $state<string | null>(null);

  constructor(
    private readonly study: string,
    private readonly read: () => { piles: Pile[]; findings: BoardFinding[] },
  ) {}

  card(id: string | null): Card | undefined {
    return this.cards().find((card) => card.id === id);
  }

  /** The chosen cards that are still on the board. */
  get selection(): Card[] {
    return this.cards().filter(({ id }) => this.selected.has(id));
  }

  /** The card, or everything chosen when the card is one of the chosen. */
  withSelection(card: Card): Card[] {
    return this.selected.has(card.id) ? this.selection : [card];
  }

  toggle(card: Card): void {
    if (!this.selected.delete(card.id)) this.selected.add(card.id);
    if (this.selected.size > 0) this.isSelecting = true;
    announce(t('board.n_selected', { n: this.selected.size }));
  }

  stopSelecting(): void {
    this.selected.clear();
    this.isSelecting = false;
  }

  /** Moves to a pile, or to a new group (of that name, if it has one) when the target says so. */
  async moveTo(cards: Card[], target: string, name = ''): Promise<void> {
    if (target === NEW_GROUP) return this.group(cards, name);
    const pile = this.read().piles.find((one) => pileId(one) === target);
    if (!pile) return;
    const changes = moveCards(cards, pile.group?.id ?? null);
    if (changes.length === 0) return;
    await act(movedMessage(cards.length, pileName(pile.group)), changes);
    this.stopSelecting();
  }

  /** Moves the card to the pile before or after its own, and keeps the keyboard on it. */
  async shift(card: Card, step: -1 | 1): Promise<void> {
    const pile = neighbour(this.read().piles, card, step);
    if (!pile) return announce(t('board.at_end'));
    await this.moveTo([card], pileId(pile));
  }

  /** Makes a group of the cards, or an empty one; without a name, its name field waits for one. */
  async group(cards: Card[] = [], name = ''): Promise<void> {
    const id = newId();
    if (!name) this.naming = id;
    await act(t('board.created'), groupCards(this.study, id, cards, this.read().piles, name));
    this.stopSelecting();
  }

  async rename(group: BoardGroup, name: string): Promise<void> {
    const changes = renameGroup(group, name);
    if (changes.length > 0) await act(t('board.renamed'), changes);
  }

  async merge(from: BoardGroup, into: BoardGroup): Promise<void> {
    const changes = mergeGroups(from, into, this.cards(), this.read().findings);
    if (changes.length > 0) await act(t('board.merged'), changes);
  }

  async dissolve(group: BoardGroup): Promise<void> {
    await act(t('board.dissolved'), dissolveGroup(group));
  }

  /** The card above or below in the same pile, or the first one of the pile beside. */
  step(card: Card, key: string): Card | undefined {
    const piles = this.read().piles.filter((pile) => pile.cards.length > 0);
    const at = piles.findIndex((pile) => pile.cards.some(({ id }) => id === card.id));
    const cards = piles[at]?.cards ?? [];
    const row = cards.findIndex(({ id }) => id === card.id);
    if (key === 'ArrowUp') return cards[row - 1];
    if (key === 'ArrowDown') return cards[row + 1];
    if (key === 'Home') return cards[0];
    if (key === 'End') return cards.at(-1);
    return piles[key === 'ArrowLeft' ? at - 1 : at + 1]?.cards[0];
  }

  private cards(): Card[] {
    return this.read().piles.flatMap((pile) => pile.cards);
  }
}

function movedMessage(n: number, group: string): string {
  return n === 1 ? t('board.moved_to', { group }) : t('board.moved_n_to', { n, group });
}
