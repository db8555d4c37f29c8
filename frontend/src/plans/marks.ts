/** Observations as marks on a floor plan: numbered as in the report, and gathered where they would cover each other. Pure. */
import type { Feeling, Item, Pin } from '../local/records';
import type { Point } from './view';

export interface Mark {
  id: string;
  /** The same number as in the report: observations in the order they were made. */
  number: number;
  pin: Pin;
  feeling: Feeling | null;
  text: string;
}

/** Marks that stand together at one place of the screen; often only one. */
export interface Cluster {
  at: Point;
  marks: Mark[];
}

/** The words by which an observation is known: the first that it has. */
export function wordsOf({ text, thought, with_us }: Pick<Item<'observation'>, 'text' | 'thought' | 'with_us'>): string {
  return text || thought || with_us;
}

/** Each observation's number, from the newest-first list that `all` gives. */
export function numbersOf(observations: { id: string }[]): Map<string, number> {
  return new Map(observations.map(({ id }, n) => [id, observations.length - n]));
}

/** The marks of one plan, in the order of their numbers. */
export function marksOf(observations: Item<'observation'>[], numbers: Map<string, number>, plan: string): Mark[] {
  return observations
    .flatMap((one) => {
      const { id, plan_id, pin, feeling } = one;
      return pin && plan_id === plan ? [{ id, number: numbers.get(id) ?? 0, pin, feeling, text: wordsOf(one) }] : [];
    })
    .sort((a, b) => a.number - b.number);
}

/**
 * Gathers marks that would stand closer than `apart` on a plan of this size. A cluster stands where its first mark
 * does, so no two are closer than that, and looking only into the nine squares around keeps thousands quick.
 */
export function clustered(marks: Mark[], width: number, height: number, apart: number): Cluster[] {
  const squares = new Map<string, Cluster[]>();
  const found: Cluster[] = [];
  for (const mark of marks) {
    const at = { x: mark.pin.x * width, y: mark.pin.y * height };
    const [column, row] = [Math.floor(at.x / apart), Math.floor(at.y / apart)];
    const near = AROUND.flatMap(([dx, dy]) => squares.get(`${column + dx} ${row + dy}`) ?? []);
    const home = near.find((other) => Math.hypot(other.at.x - at.x, other.at.y - at.y) < apart);
    if (home) {
      home.marks.push(mark);
      continue;
    }
    const fresh = { at, marks: [mark] };
    found.push(fresh);
    const square = `${column} ${row}`;
    squares.set(square, [...(squares.get(square) ?? []), fresh]);
  }
  return found;
}

const AROUND = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy] as const));
