/**
 * Who is in a study and what has come from each. Pure: screens hand in what they read.
 */
import type { Item } from '../local/records';

export type Participant = Item<'participant'>;

export interface Share {
  participant: Participant;
  n_observations: number;
  /** Photos announced by this person whose bytes the server does not have yet. */
  n_missing: number;
}

const RANK = { lead: 0, member: 1, guest: 2 } as const;

/** Everyone with what they have given: leads first, then by name; removed people last. */
export function shares(
  participants: Participant[],
  observations: Item<'observation'>[],
  photos: Item<'photo'>[],
): Share[] {
  const seen = tally(observations);
  const missing = tally(photos.filter((photo) => !photo.is_received));
  return [...participants].sort(byRole).map((participant) => ({
    participant,
    n_observations: seen.get(participant.id) ?? 0,
    n_missing: missing.get(participant.id) ?? 0,
  }));
}

/** Those that something can be given to: everyone who is still in. */
export function present(participants: Participant[]): Participant[] {
  return participants.filter((one) => !one.is_removed).sort(byRole);
}

/** The names of those whose photos are still on their way, most photos first. */
export function holders(shared: Share[]): string[] {
  return shared
    .filter(({ n_missing }) => n_missing > 0)
    .sort((a, b) => b.n_missing - a.n_missing)
    .map(({ participant }) => participant.name);
}

function byRole(a: Participant, b: Participant): number {
  return (
    Number(a.is_removed) - Number(b.is_removed) ||
    RANK[a.role] - RANK[b.role] ||
    a.name.localeCompare(b.name) ||
    (a.id < b.id ? -1 : 1)
  );
}

function tally(items: { author: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { author } of items) counts.set(author, (counts.get(author) ?? 0) + 1);
  return counts;
}
