/**
 * One at a time over all tabs, by a Web Lock. A browser may freeze a tab in the middle of its turn, and a frozen tab
 * keeps its lock: so whoever waits asks whether it still lives, and takes over from one that does not answer.
 * Both then work, once the other thaws; work must bear that (every op has one effect).
 */
const ASK_MS = 2000;

/** Do `work` when nobody else does work of this name. Without Web Locks, at once. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  const asked = new Asked(name);
  let working: Promise<void> | undefined;
  const mine = () => {
    asked.answerForMe();
    return (working = work());
  };
  try {
    await navigator.locks.request(name, { signal: asked.silence }, mine).catch((error: unknown) => {
      if (!asked.silence.aborted) throw error;
      return navigator.locks.request(name, { steal: true }, mine);
    });
  } catch (error) {
    if (!working) throw error;
    // Taken over from: the work goes on all the same.
    await working;
  } finally {
    asked.end();
  }
}

/** Asks whoever works whether it lives, until it is our own turn to answer that. */
class Asked {
  private channel: BroadcastChannel;
  private timer: ReturnType<typeof setInterval>;
  private isAnswered = true;
  private silent = new AbortController();

  constructor(name: string) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => data === 'here' && (this.isAnswered = true);
    this.timer = setInterval(() => this.ask(), ASK_MS);
  }

  /** Aborted when nobody answers. */
  get silence(): AbortSignal {
    return this.silent.signal;
  }

  answerForMe(): void {
    clearInterval(this.timer);
    this.channel.onmessage = ({ data }) => data === 'anyone?' && this.channel.postMessage('here');
  }

  end(): void {
    clearInterval(this.timer);
    this.channel.close();
  }

  private ask(): void {
    if (!this.isAnswered) return this.silent.abort();
    this.isAnswered = false;
    this.channel.postMessage('anyone?');
  }
}
