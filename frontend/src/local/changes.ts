/**
 * Says which tables have just changed, in this tab and the others: what `live` and the counters run on.
 * Dexie's own live queries note every key that a query reads; over hundreds of rows that costs more than asking
 * again, and doubles the price of each write.
 */
import type { DBCore, DBCoreTransaction, Middleware } from 'dexie';

type Listener = (tables: Set<string>) => void;

const listeners = new Set<Listener>();
const touched = new WeakMap<DBCoreTransaction, Set<string>>();
const channel = globalThis.document && new BroadcastChannel('benchmark-changes');
channel?.addEventListener('message', (event: MessageEvent<string[]>) => tell(new Set(event.data)));

/** Call `listener` after every transaction that wrote, with the tables it wrote to. Returns how to stop. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The layer under Dexie's tables that notices writes, and tells of them once they are on disk. */
export const noticing: Middleware<DBCore> = {
  stack: 'dbcore',
  name: 'noticing',
  create: (core) => ({
    ...core,
    transaction(stores, mode, options) {
      const transaction = core.transaction(stores, mode, options);
      if (mode === 'readwrite') {
        (transaction as IDBTransaction).addEventListener('complete', () => {
          const tables = touched.get(transaction);
          if (!tables) return;
          tell(tables);
          channel?.postMessage([...tables]);
        });
      }
      return transaction;
    },
    table(name) {
      const table = core.table(name);
      return {
        ...table,
        mutate(request) {
          const tables = touched.get(request.trans) ?? new Set();
          touched.set(request.trans, tables.add(name));
          return table.mutate(request);
        },
      };
    },
  }),
};

function tell(tables: Set<string>): void {
  for (const listener of listeners) listener(tables);
}
