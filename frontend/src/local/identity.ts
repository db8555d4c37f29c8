/**
 * Who uses this phone, remembered in localStorage so that the first screen needs no waiting.
 * Only identity and language; everything else lies in the person's own database.
 */
import type { components } from '../api/types';

export type Person = components['schemas']['Me'];
export type Language = Person['language'];

export interface Identity {
  person: Person;
  /** Its session as the server names it: another one tells the other tabs that the same person has signed in again. */
  device: string | null;
}

const KEY = 'benchmark.identity';

/** The person who is signed in on this phone, as last told by the server. */
export function remembered(): Identity | undefined {
  const text = globalThis.localStorage?.getItem(KEY);
  if (!text) return undefined;
  const value = JSON.parse(text) as Identity;
  return value.person?.id ? value : undefined;
}

/** Keep the identity, or forget it with `undefined`. */
export function keepIdentity(identity: Identity | undefined): void {
  if (identity) localStorage.setItem(KEY, JSON.stringify(identity));
  else localStorage.removeItem(KEY);
}

/** Call `changed` when another tab of this browser signs in or out. */
export function onIdentityElsewhere(changed: () => void): void {
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) changed();
  });
}

/** This browser's own id, by which the server tells one device's writes from another's. */
export function device(): string {
  const known = localStorage.getItem('benchmark.device');
  if (known) return known;
  const fresh = crypto.randomUUID();
  localStorage.setItem('benchmark.device', fresh);
  return fresh;
}
