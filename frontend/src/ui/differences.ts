/** Pure: which words of two texts differ, for showing them side by side. */
import { diffWordsWithSpace } from 'diff';

/** A stretch of a text; `isOwn` when the other text does not have it. */
export interface Stretch {
  words: string;
  isOwn: boolean;
}

/** Two long texts with little in common would take minutes; they are shown without marks, which would not help either. */
const MOST_EDITS = 600;

/** Both texts in stretches, in their order. */
export function differences(one: string, other: string): [Stretch[], Stretch[]] {
  const parts = diffWordsWithSpace(one, other, { maxEditLength: MOST_EDITS }) ?? [];
  if (!parts.length) return [[{ words: one, isOwn: false }], [{ words: other, isOwn: false }]];
  const stretch = ({ value, added, removed }: (typeof parts)[number]): Stretch => ({
    words: value, isOwn: (added || removed) && value.trim() !== '',
  });
  return [parts.filter((part) => !part.added).map(stretch), parts.filter((part) => !part.removed).map(stretch)];
}
