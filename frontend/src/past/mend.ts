/** Pure: what a refused change wanted to say, and the ways a lead can still make it: corrected, or as a new observation. */
import type { components } from '../api/types';
import type { Fields } from '../local/db';
import { newId } from '../local/ids';
import type { Feeling, Kind } from '../local/records';
import type { Change } from '../sync/outbox';

export type RefusedOp = components['schemas']['RefusedOp'];

/** The fields that hold people's words, by kind of record in the order of its screen. */
const TEXTS = [
  'text', 'thought', 'with_us', 'name', 'statement', 'owner', 'first_step', 'title', 'purpose', 'mirror', 'host_name', 'place',
  'caption', 'best', 'monday', 'already_good', 'surprised', 'question', 'observer', 'people_reason',
] as const;
export type TextField = (typeof TEXTS)[number];
export type Texts = Partial<Record<TextField, string>>;

const FEELINGS: unknown[] = ['works', 'does_not', 'surprises'];
/** Of these the values are in order: something else stood in the way. */
const SOUND = new Set(['deleted', 'not_allowed', 'not_found']);

/** Why it could not be taken: a name of the catalogue's `quarantine`. */
export function whyOf({ outcome, problem }: RefusedOp): 'deleted' | 'not_allowed' | 'removed' | 'too_long' | 'invalid' {
  if (outcome === 'deleted') return 'deleted';
  const reasons = { not_allowed: 'not_allowed', not_found: 'removed', text_too_long: 'too_long' } as const;
  return reasons[problem?.code as keyof typeof reasons] ?? 'invalid';
}

/** The words of a change, field by field. Of one that has no fields, all that looks like words. */
export function textsOf({ op }: { op: { set?: unknown } }): Texts {
  const set = partOf(op.set);
  const found = TEXTS.flatMap((field) => (typeof set[field] === 'string' && set[field] ? [[field, set[field]]] : []));
  return found.length ? (Object.fromEntries(found) as Texts) : stray(op.set);
}

function stray(value: unknown): Texts {
  const words = JSON.stringify(value ?? '').match(/[\p{L}][^"\\]*/gu) ?? [];
  return words.length && typeof value === 'object' && Array.isArray(value) ? { text: words.join(' ') } : {};
}

/** Whether it says what it is about, so that it can be made again. */
export function isWhole({ op }: RefusedOp): boolean {
  return typeof op.kind === 'string' && typeof op.id === 'string' && !Array.isArray(op.set);
}

/** The same change once more, by the lead, with corrected words; it has seen no more than its writer had. */
export function again(refused: RefusedOp, space: string, texts: Texts): Change {
  const { op } = refused;
  const isSound = SOUND.has(refused.outcome) || SOUND.has(String(refused.problem?.code));
  const set = { ...(isSound ? partOf(op.set) : plainlyRight(partOf(op.set))), ...texts };
  const about = { space, kind: op.kind as Kind, id: String(op.id), base_rev: Number(op.base_rev) || 0 };
  const change = { ...about, set, add: sets(op.add), remove: sets(op.remove) };
  return (refused.outcome === 'deleted' ? { ...change, deleted: false } : change) as Change;
}

/** An observation of its own with these words, under the name of who wrote them. */
export function asObservation({ op, received_at }: RefusedOp, space: string, texts: Texts, name: string, me: string): Change {
  const { text = '', thought = '', with_us = '', ...others } = texts;
  const { feeling = null, observed_at = received_at } = plainlyRight(partOf(op.set));
  return {
    space, kind: 'observation', id: newId(),
    set: {
      text: [text, ...Object.values(others)].filter(Boolean).join('\n\n'), thought, with_us, observer: name, author: me, observed_at, feeling,
    },
    add: { tags: sets(op.add).tags ?? [] },
  };
}

/** When and how it seemed, where these are in order; any other value might be the one at fault. */
function plainlyRight({ observed_at, feeling }: Fields): { observed_at?: string; feeling?: Feeling } {
  return {
    ...(Date.parse(String(observed_at)) ? { observed_at: String(observed_at) } : {}),
    ...(FEELINGS.includes(feeling) ? { feeling: feeling as Feeling } : {}),
  };
}

function partOf(part: unknown): Fields {
  return part !== null && typeof part === 'object' && !Array.isArray(part) ? (part as Fields) : {};
}

function sets(part: unknown): Record<string, string[]> {
  const isTexts = (values: unknown): values is string[] => Array.isArray(values) && values.every((value) => typeof value === 'string');
  return Object.fromEntries(Object.entries(partOf(part)).filter((entry): entry is [string, string[]] => isTexts(entry[1])));
}
