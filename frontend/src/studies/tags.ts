/** Pure: the tags of a study as the lead tidies them: what looks like one tag in several spellings, and how to make it one. */
import type { Item } from '../local/records';
import { keysOf, wordsOf } from '../observations/inflection';
import type { Change } from '../sync/outbox';

export interface Tag {
  name: string;
  n: number;
}

type Tagged = Pick<Item<'observation'>, 'id' | 'space' | 'tags'>;

/** Every tag with the number of its observations, most used first. */
export function tagsOf(observations: Tagged[]): Tag[] {
  const uses = new Map<string, number>();
  for (const tag of observations.flatMap((one) => one.tags)) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  return [...uses].map(([name, n]) => ({ name, n })).sort((a, b) => b.n - a.n || a.name.localeCompare(b.name));
}

/** Tags that are likely one and the same, in groups; the most used spelling first in each. */
export function alike(tags: Tag[]): Tag[][] {
  const known = tags.map((tag) => ({ tag, words: wordsOf(tag.name).map((word) => new Set(keysOf(word))) }));
  const groups: (typeof known)[] = [];
  for (const one of known) {
    const group = groups.find(([first]) => isSame(first!.words, one.words) || bare(first!.tag.name) === bare(one.tag.name));
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups.filter((group) => group.length > 1).map((group) => group.map(({ tag }) => tag));
}

/** What makes every observation with one of the tags `from` carry `to` instead. */
export function renaming(observations: Tagged[], from: string[], to: string): Change[] {
  const old = from.filter((tag) => tag !== to);
  return observations.flatMap(({ space, id, tags }): Change[] => {
    const own = tags.filter((tag) => old.includes(tag));
    return own.length ? [{ space, kind: 'observation', id, remove: { tags: own }, add: { tags: [to] } }] : [];
  });
}

function isSame(a: Set<string>[], b: Set<string>[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((keys, n) => [...keys].some((key) => key.length > 3 && b[n]!.has(key)));
}

function bare(name: string): string {
  return wordsOf(name).join('');
}
