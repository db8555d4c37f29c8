/** What of each kind of record people wrote or chose, and how they read it: names of fields and values, in words. */
import { levelName, type Level } from '../debriefs/results';
import type { Kind, Shapes } from '../local/records';
import { QUESTIONS } from '../observations/reflections';
import { formatDate, formatTime, t, type Key } from '../ui/words';

export type Field = { [K in Kind]: keyof Shapes[K] }[Kind];

/** In the order of the screens; the rest (who made it, where it stands in a row, the plan of a pin) is no news. */
export const TOLD: { [K in Kind]: (keyof Shapes[K])[] } = {
  study: ['title', 'purpose', 'mirror', 'host_name', 'sector', 'is_announced', 'photo_permission', 'language', 'stage'],
  focus: ['name', 'questions', 'people'],
  visit: ['place', 'starts_at', 'ends_at', 'people'],
  plan: ['title', 'photo_id'],
  observation: [
    'text', 'thought', 'with_us', 'feeling', 'tags', 'focus_id', 'question', 'visit_id', 'pin', 'observed_at', 'observer', 'group_id',
  ],
  photo: ['caption', 'people', 'people_reason'],
  group: ['name'],
  finding: ['statement', 'group_id', 'impact', 'effort', 'first_step', 'owner', 'due_on', 'status'],
  reflection: [...QUESTIONS],
  participant: [],
};

/** Where the catalogue has the words of a choice. */
const CHOICES: Partial<Record<Field, string>> = {
  feeling: 'feeling', sector: 'sector', photo_permission: 'permission', language: 'language', stage: 'stage', status: 'status',
  people: 'photo_people',
};

export function fieldName(kind: Kind, field: Field): string {
  if (field === 'people' && (kind === 'photo' || kind === 'visit')) return t(`field.${kind}_people`);
  return t(`field.${field}` as Key);
}

/** `names` has those of what fields point at, by id. */
export function valueText(field: Field, value: unknown, names: Map<string, string>): string {
  if (field === 'is_announced') return t(value ? 'prepare.announced_yes' : 'prepare.announced_no');
  if (!value || (Array.isArray(value) && !value.length)) return t('past.emptied');
  if (Array.isArray(value)) return value.join('\n');
  const text = String(value);
  if (field in CHOICES) return t(`${CHOICES[field]}.${text}` as Key);
  if (field === 'impact' || field === 'effort') return t(`finding.${levelName(value as Level)}`);
  if (field === 'pin') return t('past.place_set');
  if (field === 'due_on') return formatDate(text);
  if (field.endsWith('_at')) return `${formatDate(text)} ${formatTime(text)}`;
  return field.endsWith('_id') ? (names.get(text) ?? t('past.unknown')) : text;
}

/** What came to a set and what went from it; its members may be ids of people. */
export function membersText(added: string[], removed: string[], names: Map<string, string>): string {
  const said = (members: string[]) => members.map((member) => names.get(member) ?? member).join(', ');
  const parts = [added.length && t('past.added', { names: said(added) }), removed.length && t('past.removed', { names: said(removed) })];
  return parts.filter(Boolean).join(' · ');
}
