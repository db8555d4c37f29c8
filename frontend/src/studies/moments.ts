/**
 * Between a moment on the wire (ISO 8601 with offset) and what people type: a day and a time.
 *
 * The wall clock of the place is what counts, so the digits are shown as written; only a new
 * moment takes its offset from this device's time zone, on that very day (summer time included).
 */
import { withOffset } from '../observations/moment';

/** The day of a moment, `2017-10-03`, or nothing. */
export function dayOf(moment: string | null): string {
  return moment?.slice(0, 10) ?? '';
}

/** The time of a moment, `10:30`, or nothing. */
export function timeOf(moment: string | null): string {
  return moment?.slice(11, 16) ?? '';
}

/** A moment of a day and a time; without a day there is none, without a time the default stands in. */
export function momentOf(day: string, time: string, defaultTime: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  const clock = /^\d\d:\d\d$/.test(time) ? time : defaultTime;
  return withOffset(new Date(`${day}T${clock}:00`));
}

/** The window of a visit after its day or times were typed; it never ends before it starts. */
export function windowOf(day: string, from: string, to: string): { starts_at: string | null; ends_at: string | null } {
  const starts_at = momentOf(day, from, '09:00');
  const start = timeOf(starts_at);
  const ends_at = momentOf(day, to > start ? to : '', later(start));
  return { starts_at, ends_at };
}

/** An hour later on the same day. */
function later(time: string): string {
  const [hours = '9', minutes = '00'] = time.split(':');
  return Number(hours) >= 23 ? '23:59' : `${String(Number(hours) + 1).padStart(2, '0')}:${minutes}`;
}

/** How many words a text has; a lone dash is none. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part)).length;
}
