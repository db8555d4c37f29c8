/** Pure: what a list may be narrowed by, and how each narrowing is named. */
import type { Item } from '../local/records';
import { formatDate, t } from '../ui/words';
import type { Facet, Wish } from './finder';
import { observerName } from './observers';

export interface Choices {
  names: Map<string, string>;
  foci: Item<'focus'>[];
  visits: Item<'visit'>[];
}

/** The facets that are set, with the words for their chips. */
export function chosen(wish: Wish, choices: Choices): { facet: Facet; label: string }[] {
  const facets: Facet[] = ['person', 'visit', 'focus', 'tag', 'feeling', 'is_unsent'];
  return facets.filter((facet) => wish[facet]).map((facet) => ({ facet, label: labelOf(facet, String(wish[facet]), choices) }));
}

/** What a value of a facet is called. */
export function labelOf(facet: Facet, value: string, { names, foci, visits }: Choices): string {
  switch (facet) {
    case 'person':
      return observerName(value, names) ?? t('find.someone');
    case 'focus':
      return foci.find((focus) => focus.id === value)?.name || t('find.unnamed');
    case 'visit':
      return visitName(visits.find((visit) => visit.id === value));
    case 'feeling':
      return t(`feeling.${value as 'works' | 'does_not' | 'surprises'}`);
    case 'is_unsent':
      return t('find.unsent');
    case 'tag':
      return value;
  }
}

function visitName(visit: Item<'visit'> | undefined): string {
  const day = visit?.starts_at ? formatDate(visit.starts_at) : '';
  return [visit?.place, day].filter(Boolean).join(', ') || t('find.unnamed');
}
