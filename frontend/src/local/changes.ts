/**
 * Says which tables have just changed, in this tab and the others: what `live` and the counters run on, each at a pace
 * of its own. What this person does here is seen at once; what sync brings may go on for long, and comes at a bearable pace.
 */
import type { TableName } from './db';

type Listener = (tables: Set<TableName>, isTold: boolean) => void;

const listeners = new Set<Listener>();
const channel = globalThis.document && new BroadcastChannel('benchmark-changes');
channel?.addEventListener('message', (event: MessageEvent<TableName[]>) => tell(event.data, true));

/**
 * Call `listener` after every transaction that wrote, with the tables it wrote to, and whether it was somebody else who
 * did: the server or another tab. Returns how to stop.
 */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Tell everyone, here and in other tabs, that these tables have been written to; `isTold` by what the server said. */
export function tellOf(tables: TableName[], isTold = false): void {
  tell(tables, isTold);
  channel?.postMessage(tables);
}

function tell(tables: TableName[], isTold: boolean): void {
  for (const listener of listeners) listener(new Set(tables), isTold);
}

/** So many times as long as a question takes, it rests before it is asked again for what sync has brought. */
const RESTS = 4;
const LONGEST_REST_MS = 1500;

/** Asks again after changes: some time after the first of a burst, always once more after the last. */
export class Pace {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;
  private isOwn = false;
  private n_open = 0;
  private took = 0;
  private ended = 0;

  /** `rest`: milliseconds that changes of this person here wait for others that come with them. */
  constructor(private readonly ask: () => void, private readonly rest: number) {}

  /** Something has changed: `ask` soon. */
  changed(isTold: boolean): void {
    this.isOwn ||= !isTold;
    const now = performance.now();
    const at = Math.max(now + this.rest, isTold ? this.rested : 0);
    if (at >= this.due) return;
    this.stop();
    this.due = at;
    this.timer = setTimeout(() => this.fire(), at - now);
  }

  /** When it may ask again for what sync has brought. */
  private get rested(): number {
    return this.ended + Math.min(LONGEST_REST_MS, RESTS * this.took);
  }

  private fire(): void {
    this.due = Infinity;
    // The answer under way may be too old already; but asking twice at a time makes both late.
    if (!this.isOwn && (this.n_open || performance.now() < this.rested)) return this.changed(true);
    this.isOwn = false;
    this.ask();
  }

  /** Note how long an answer takes. */
  async timed<T>(answer: Promise<T>): Promise<T> {
    const begun = performance.now();
    this.n_open += 1;
    try {
      return await answer;
    } finally {
      this.n_open -= 1;
      this.ended = performance.now();
      this.took = this.ended - begun;
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.due = Infinity;
  }
}
