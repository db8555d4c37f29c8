/** What of each study lies where: mine here and at the server, everybody's photos expected and received. Pure. */
import type { Item } from '../local/records';
import { isElsewhere } from '../observations/entries';
import { holders, shares } from '../studies/participants';

export interface Overview {
  space: string;
  title: string;
  /** My observations, and how many of them are not wholly at the server. */
  n_mine: number;
  n_unsent: number;
  /** Whether another device has yet to send photos of them. */
  has_elsewhere: boolean;
  /** Photos that anybody has announced, and those whose bytes the server has. */
  n_expected: number;
  n_received: number;
  /** Names of those whose phones still have photos, most photos first. */
  holders: string[];
}

/** One study, from what this phone knows of it; `held` are the ids of photos whose bytes are on it. */
export function overview(
  study: Item<'study'>,
  observations: Item<'observation'>[],
  photos: Item<'photo'>[],
  participants: Item<'participant'>[],
  me: string,
  held: Set<string>,
): Overview {
  const mine = observations.filter((one) => one.author === me);
  const unsent = photos.filter((photo) => photo.author === me && isUnsent(photo));
  const lacking = new Set(unsent.map((photo) => photo.observation_id));
  return {
    space: study.space,
    title: study.title,
    n_mine: mine.length,
    n_unsent: mine.filter((one) => one.pending || one.aside || lacking.has(one.id)).length,
    has_elsewhere: unsent.some((photo) => isElsewhere(photo, held)),
    n_expected: photos.length,
    n_received: photos.filter((photo) => photo.is_received).length,
    holders: holders(shares(participants, [], photos)),
  };
}

function isUnsent(photo: Item<'photo'>): boolean {
  return !photo.is_received || photo.pending > 0 || photo.aside > 0;
}
