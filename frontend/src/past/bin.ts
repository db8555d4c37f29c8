/** Pure: what is in the bin as a person sees it, an observation with its photos as one thing, and how it comes back. */
import type { components } from '../api/types';
import type { Kind } from '../local/records';
import type { Change } from '../sync/outbox';

export type Deleted = components['schemas']['Deleted'];

/** One thing to restore, with the photos that went with it. */
export interface Binned {
  main: Deleted;
  photos: Deleted[];
}

/** Photos deleted within this time of their observation were deleted with it. */
const TOGETHER_MS = 5000;
/** Where the words of a record are, the most telling first. */
const WORDS = ['text', 'thought', 'with_us', 'name', 'statement', 'title', 'place', 'caption', 'best', 'monday', 'already_good', 'surprised'];

/** What can be restored, in the order of the server; what this phone already knows to be back (`isBack`) is left out. */
export function binned(deleted: Deleted[], isBack: (id: string) => boolean): Binned[] {
  const left = deleted.filter(({ id }) => !isBack(id));
  const photosOf = (main: Deleted) => left.filter((one) => belongs(one, main));
  return left
    .filter((one) => !left.some((main) => belongs(one, main)))
    .map((main) => ({ main, photos: photosOf(main) }));
}

function belongs(photo: Deleted, main: Deleted): boolean {
  const away = Math.abs(Date.parse(photo.deleted_at) - Date.parse(main.deleted_at));
  const isPart = photo.values.observation_id === main.id || main.values.photo_id === photo.id;
  return photo.kind === 'photo' && isPart && away <= TOGETHER_MS;
}

/** The changes that bring it back: ordinary ones, which can be undone. */
export function restoring(space: string, { main, photos }: Binned): Change[] {
  return [main, ...photos].map(({ kind, id }) => ({ space, kind: kind as Kind, id, deleted: false }) as Change);
}

/** Its words, if it has any. */
export function wordsOf({ values }: Deleted): string {
  return WORDS.map((field) => values[field]).find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? '';
}

const KINDS = ['observation', 'photo', 'group', 'improvement_idea', 'strength', 'focus', 'visit', 'plan', 'reflection', 'study'] as const;

/** The name of the catalogue for a kind of record; ideas and strengths have each their own. */
export function kindOf(kind: unknown, values: Record<string, unknown>): (typeof KINDS)[number] | 'finding' | 'other' {
  if (kind === 'finding') return KINDS.find((name) => name === values.result) ?? 'finding';
  return KINDS.find((name) => name === kind) ?? 'other';
}
