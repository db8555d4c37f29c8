/** Says which tables have just changed, in this tab and the others: what `live` and the counters run on. */
import type { TableName } from './db';

type Listener = (tables: Set<TableName>) => void;

const listeners = new Set<Listener>();
const channel = globalThis.document && new BroadcastChannel('benchmark-changes');
channel?.addEventListener('message', (event: MessageEvent<TableName[]>) => tell(event.data));

/** Call `listener` after every transaction that wrote, with the tables it wrote to. Returns how to stop. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Tell everyone, here and in other tabs, that these tables have been written to. */
export function tellOf(tables: TableName[]): void {
  tell(tables);
  channel?.postMessage(tables);
}

function tell(tables: TableName[]): void {
  for (const listener of listeners) listener(new Set(tables));
}
