/** What a person should know of this phone or browser before trusting it; found by `probe.ts`, shown by the banner. */
export type Caution = 'low' | 'private' | 'ios';

class Cautions {
  /** The most urgent one that was not waved away. */
  current = $state<Caution | undefined>();
}

export const cautions = new Cautions();

/** Whether the person has read this one; a phone that is full is said again at every start. */
export function isKnown(caution: Caution): boolean {
  return caution !== 'low' && localStorage.getItem(`benchmark.caution.${caution}`) === 'known';
}

/** The person has read it. */
export function waveAway(): void {
  if (cautions.current && cautions.current !== 'low') localStorage.setItem(`benchmark.caution.${cautions.current}`, 'known');
  cautions.current = undefined;
}
