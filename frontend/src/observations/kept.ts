/** What the list of each study looked like when it was left, so that one comes back to the same place. */
import type { Component } from 'svelte';
import type { Entry } from './entries';
import type { Wish } from './finder';
import type { Found } from './finding.svelte';

export type View = 'timeline' | 'gallery';

export interface Kept {
  wish: Wish;
  view: View;
  found?: Found;
  /** How far the page was scrolled. */
  top: number;
  /** The observation that was opened. */
  opened?: string | undefined;
  /** It takes the focus as soon as it is drawn again. */
  isReturning?: boolean;
  /** Draws one observation, where the list's own way will not do. */
  Item?: Component<{ entry: Entry; author: string }> | undefined;
  /** What had been saved last when the list was seen. */
  saved?: Entry | undefined;
  /** The heights of blocks that have been drawn. */
  heights: Map<string, number>;
}

export const NO_WISH: Wish = {
  words: '', person: null, visit: null, focus: null, tag: null, feeling: null, is_unsent: false, is_pictured: false,
};

const byStudy = new Map<string, Kept>();

/** What is kept of a study's list; alter it in place. */
export function keptOf(space: string): Kept {
  const kept = byStudy.get(space) ?? { wish: NO_WISH, view: 'timeline', top: 0, heights: new Map<string, number>() };
  byStudy.set(space, kept);
  return kept;
}
