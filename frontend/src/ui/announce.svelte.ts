/** Sentences for screen readers; `Announcer.svelte` holds the live region. */
class Spoken {
  text = $state('');
}

export const spoken = new Spoken();

/** Have a screen reader say it, when it is done with what it is saying. */
export function announce(text: string): void {
  // The same sentence twice is only read if the region was emptied between.
  spoken.text = '';
  queueMicrotask(() => (spoken.text = text));
}
