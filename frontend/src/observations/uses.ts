/**
 * How a study uses its tags, foci and guiding questions, as the finder last counted them: kept in `meta`, so that the
 * form for a new observation suggests at once, without reading thousands.
 */
import { database, recall } from '../local/db';
import type { Uses } from './finder';

const PREFIX = 'uses:';
const NONE: Uses = { tags: {}, foci: {}, questions: {} };

/** Where the counts of a study are kept. */
export function usesKey(space: string): string {
  return PREFIX + space;
}

/** The counts of one study. */
export async function usesOf(space: string): Promise<Uses> {
  return (await recall<Uses>(usesKey(space))) ?? NONE;
}

/** Tags to suggest: this study's by use, then those of the other studies on this phone. */
export async function tagsToSuggest(space: string): Promise<string[]> {
  const rows = await (await database()).getAll('meta', IDBKeyRange.bound(PREFIX, `${PREFIX}\uffff`));
  const own = rows.find((row) => row.key === usesKey(space))?.value as Uses | undefined;
  const others = rows.filter((row) => row.key !== usesKey(space)).map((row) => (row.value as Uses).tags);
  return ranked(own?.tags ?? {}, others);
}

/** Pure: tags by use in this study, then by use in the others; a spelling that this study has hides the others'. */
export function ranked(own: Record<string, number>, others: Record<string, number>[]): string[] {
  const known = new Set(Object.keys(own).map(folded));
  const elsewhere = new Map<string, number>();
  for (const [tag, n] of others.flatMap((one) => Object.entries(one))) {
    if (!known.has(folded(tag))) elsewhere.set(tag, (elsewhere.get(tag) ?? 0) + n);
  }
  return [...byUse(Object.entries(own)), ...byUse([...elsewhere])];
}

function byUse(uses: [string, number][]): string[] {
  return uses.sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag);
}

function folded(tag: string): string {
  return tag.toLocaleLowerCase();
}

/** Pure: the foci given to a person before the others, otherwise as they were. */
export function mineFirst<T extends { people: string[] }>(foci: T[], me: string): T[] {
  return [...foci.filter((focus) => focus.people.includes(me)), ...foci.filter((focus) => !focus.people.includes(me))];
}

/** Pure: the names of the foci that nobody has looked at, once somebody has looked at another. */
export function uncovered(foci: { id: string; name: string }[], uses: Uses | undefined): string[] {
  const names = foci.filter((focus) => focus.name && !uses?.foci[focus.id]).map((focus) => focus.name);
  return uses && foci.some((focus) => uses.foci[focus.id]) ? names : [];
}
