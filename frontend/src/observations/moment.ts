/** Pure: times as an observation carries them, and which visit a moment belongs to. */

/** The moment with this phone's own offset, such as 2017-10-03T10:12:09+03:00. */
export function withOffset(moment: Date): string {
  const minutes = -moment.getTimezoneOffset();
  const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

interface Window {
  id: string;
  starts_at: string | null;
  ends_at: string | null;
  people: string[];
}

/** Whether the moment lies in the visit's window; two hours where no end was given. */
export function isWithin({ starts_at, ends_at }: Window, moment: string): boolean {
  return gap({ starts_at, ends_at }, Date.parse(moment)) === 0;
}

/** The visits nearest to the moment first; those without a time last. */
export function byNearness<T extends Window>(visits: T[], moment: string): T[] {
  const at = Date.parse(moment);
  return visits.map((visit) => ({ visit, far: gap(visit, at) })).sort((a, b) => a.far - b.far).map(({ visit }) => visit);
}

/** Milliseconds between a moment and a window; 0 inside it. */
function gap({ starts_at, ends_at }: Pick<Window, 'starts_at' | 'ends_at'>, at: number): number {
  if (!starts_at) return Number.MAX_VALUE;
  const from = Date.parse(starts_at);
  const to = ends_at ? Date.parse(ends_at) : from + 2 * 3600_000;
  return Math.max(0, from - at, at - to);
}

/** The visit that is going on at `moment`, mine first; the only visit when there is but one. */
export function visitAt(visits: Window[], moment: Date, me: string): string | null {
  const now = moment.getTime();
  const going = visits.filter(({ starts_at, ends_at }) => {
    if (!starts_at) return false;
    const from = Date.parse(starts_at);
    const to = ends_at ? Date.parse(ends_at) : from + 12 * 3600_000;
    return from <= now && now <= to;
  });
  const mine = going.find((visit) => visit.people.includes(me)) ?? going[0];
  return mine?.id ?? (visits.length === 1 ? visits[0]!.id : null);
}
