/** Pure: who saw what. A paper card was seen by whom it names, not by the lead who typed it in. */
interface Named {
  id: string;
  name: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const folded = (name: string) => name.trim().toLocaleLowerCase();

/** Ids by name; of a name that several people have, none is known. */
export function idsByName(people: Named[]): Map<string, string> {
  const ids = new Map(people.map(({ id, name }) => [folded(name), id]));
  for (const { id, name } of people) if (ids.get(folded(name)) !== id) ids.delete(folded(name));
  return ids;
}

/** The id of the person who saw it, or the name on the paper card when nobody in the study has it. */
export function observerOf(seen: { author?: string; observer?: string }, ids: Map<string, string>): string {
  const name = seen.observer?.trim();
  return name ? (ids.get(folded(name)) ?? name) : (seen.author ?? '');
}

/** What an answer of `observerOf` is called; `undefined` for a person who is not known here. */
export function observerName(observer: string, names: Map<string, string>): string | undefined {
  return names.get(observer) ?? (ID.test(observer) ? undefined : observer);
}
