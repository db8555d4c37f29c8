/** The four questions right after a visit, and when to ask them. Pure. */
import type { Item } from '../local/records';

export const QUESTIONS = ['best', 'monday', 'already_good', 'surprised'] as const;
export type Question = (typeof QUESTIONS)[number];

/** Whether the reflection has any words. */
export function isWritten(reflection: Item<'reflection'>): boolean {
  return QUESTIONS.some((question) => reflection[question]?.trim());
}

/** Whether a visit of mine (or of everybody) is over at `now`, so that it is time to ask. */
export function isTime(visits: Item<'visit'>[], now: number, me: string): boolean {
  const mine = visits.filter((visit) => !visit.people.length || visit.people.includes(me));
  return mine.some(({ starts_at, ends_at }) => {
    const end = ends_at ? Date.parse(ends_at) : starts_at ? Date.parse(starts_at) + 2 * 3600_000 : Infinity;
    return end <= now;
  });
}
