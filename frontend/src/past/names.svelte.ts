/** What people in a space are called; those that this phone does not know are somebody. */
import { live } from '../local/live.svelte';
import { all } from '../local/records';
import { t } from '../ui/words';

export class Names {
  #people;
  /** By id. */
  readonly known = $derived.by(() => new Map(this.#people.current.map(({ id, name }) => [id, name])));

  /** Call it while a component is being set up. */
  constructor(space: () => string) {
    this.#people = live(() => all(space(), 'participant'), []);
  }

  of(person: string | null): string {
    return this.known.get(person ?? '') ?? t('conflict.somebody');
  }
}
