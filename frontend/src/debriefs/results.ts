/**
 * Findings put in an order that helps to choose: much impact for little effort first.
 * Pure: screens hand in what they read, and get what they show.
 */
import type { Finding, Item, Observation } from '../local/records';

export type FindingItem = Item<'finding'>;
export type Status = Finding['status'];
export type Level = 1 | 2 | 3;

export const STATUSES: Status[] = ['new', 'trying', 'kept', 'changed', 'dropped', 'not_now'];
export const LEVELS: Level[] = [1, 2, 3];

/** More ideas than this in trial at once, and none of them gets done. */
export const MOST_TRIALS = 3;

const NAMES: Record<Level, 'low' | 'middle' | 'high'> = { 1: 'low', 2: 'middle', 3: 'high' };

/** The word for an impact or effort: `finding.low`, `finding.middle` or `finding.high`. */
export function levelName(level: Level): 'low' | 'middle' | 'high' {
  return NAMES[level];
}

/** Great impact first, among equals little effort first; what has not been weighed comes last. */
export function byWorth(a: FindingItem, b: FindingItem): number {
  return (b.impact ?? 0) - (a.impact ?? 0) || (a.effort ?? 4) - (b.effort ?? 4) || a.position - b.position || (a.id < b.id ? -1 : 1);
}

export interface Parted {
  ideas: FindingItem[];
  strengths: FindingItem[];
}

/** Ideas and strengths, each in the order of their worth. */
export function part(findings: FindingItem[]): Parted {
  const sorted = [...findings].sort(byWorth);
  return {
    ideas: sorted.filter((finding) => finding.result === 'improvement_idea'),
    strengths: sorted.filter((finding) => finding.result === 'strength'),
  };
}

/** How many ideas have each status; only those that occur. */
export function countByStatus(ideas: FindingItem[]): { status: Status; n: number }[] {
  return STATUSES.map((status) => ({ status, n: ideas.filter((idea) => idea.status === status).length })).filter(({ n }) => n > 0);
}

/** The observations behind a finding: those that lie in its group. */
export function evidence(finding: FindingItem, observations: Item<'observation'>[]): Item<'observation'>[] {
  return finding.group_id === null ? [] : observations.filter((one) => one.group_id === finding.group_id);
}

/** Something quotable of a piece of evidence. */
export function quote(fields: Pick<Observation, 'text' | 'thought'>): string {
  return fields.text || fields.thought;
}
