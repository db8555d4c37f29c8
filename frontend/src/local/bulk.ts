/**
 * Many rows in one transaction: few requests, none waited for that need not be, and pauses between them so that the
 * page stays quick on a slow phone. Works on IndexedDB's own objects (`unwrap`): a promise for each row costs as much
 * as writing it. Not for a row or two.
 */
import { wrap } from 'idb';

/** Rows to write, or to read at once, between two pauses. */
const SLICE = 50;

/** Put rows into a table. What fails takes the transaction back, as always. */
export async function putAll(table: IDBObjectStore, rows: unknown[]): Promise<void> {
  let before: Promise<unknown> | undefined;
  for (let from = 0; from < rows.length; from += SLICE) {
    const puts = rows.slice(from, from + SLICE).map((row) => table.put(row));
    await before;
    // Requests are answered in order. One slice lies ready while the one before is written.
    before = wrap(puts.at(-1)!);
  }
  await before;
}

/** Delete rows by their numbers, those that follow one another by one request. */
export function deleteAll(table: IDBObjectStore, numbers: number[]): void {
  const sorted = [...numbers].sort((a, b) => a - b);
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to]! - sorted[from]! === to - from) to += 1;
    table.delete(IDBKeyRange.bound(sorted[from], sorted[to - 1]));
  }
}

/** The rows of some records of a space, by a table or index whose key is [space, id]; those of each in their order. */
export async function ofRecords<T extends { id: string }>(
  source: IDBObjectStore | IDBIndex, space: string, ids: Iterable<string>,
): Promise<T[]> {
  const sorted = [...new Set(ids)].sort();
  const slices = Array.from({ length: Math.ceil(sorted.length / SLICE) }, (_, n) => sorted.slice(n * SLICE, (n + 1) * SLICE));
  return (await Promise.all(slices.map((slice) => slicedOf<T>(source, space, slice)))).flat();
}

/** What comes in one go was often made in one go, and lies together: one request for all, unless much else lies between. */
async function slicedOf<T extends { id: string }>(source: IDBObjectStore | IDBIndex, space: string, ids: string[]): Promise<T[]> {
  const wanted = new Set(ids);
  const together = await rowsIn<T>(source, IDBKeyRange.bound([space, ids[0]], [space, ids.at(-1)]), 2 * SLICE);
  if (together.length < 2 * SLICE) return together.filter(({ id }) => wanted.has(id));
  return (await Promise.all(ids.map((id) => rowsIn<T>(source, IDBKeyRange.only([space, id]))))).flat();
}

function rowsIn<T>(source: IDBObjectStore | IDBIndex, range: IDBKeyRange, most?: number): Promise<T[]> {
  return wrap(source.getAll(range, most) as IDBRequest<T[]>);
}
