/** JSON sent gzipped, where the browser can and it pays: a phone packs far faster than its network sends. */
import { bytesOf, send } from '../api/client';

/** Characters that travel in one packet anyway. */
const WORTH = 1400;
/** A request is given up for its silence; one may take long over a slow link. */
const SILENCE_MS = 30_000;
const LONGEST_MS = 20 * 60_000;

let ahead = NaN;

/** Milliseconds by the server's clock, as far as its last answer told it: a phone's own may be wrong by years. */
export function serverNow(): number | undefined {
  return Date.now() + ahead || undefined;
}

/** POST a body to the API; returns the JSON that it answers, not read yet. Throws `ApiError`. */
export async function postPacked(path: string, body: unknown): Promise<ArrayBuffer> {
  const text = JSON.stringify(body);
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  let content = new Blob([text]);
  if (text.length >= WORTH && typeof CompressionStream !== 'undefined') {
    // On a slow phone making the text and packing it are long enough each; the screen goes on in between.
    await new Promise((resolve) => setTimeout(resolve));
    const packing = content.stream().pipeThrough(new CompressionStream('gzip'));
    content = await new Response(packing).blob();
    headers['Content-Encoding'] = 'gzip';
  }
  const silence = new Silence();
  // Nothing is heard while it goes up: a millisecond for each byte, so that 8 kbit/s will do.
  silence.begin(SILENCE_MS + content.size);
  try {
    const answer = await send('POST', path, content, { headers, signal: silence.signal, timeout: LONGEST_MS });
    ahead = (Date.parse(answer.headers.get('Date') ?? '') || NaN) - Date.now();
    return await bytesOf(silence.brokenBy(answer));
  } finally {
    silence.end();
  }
}

/** Ends a request of which nothing is heard for too long. */
class Silence {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private controller = new AbortController();

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  begin(longest = SILENCE_MS): void {
    this.end();
    this.timer = setTimeout(() => this.controller.abort(), longest);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  /** The same answer; each bit of it that comes is heard. */
  brokenBy(answer: Response): Response {
    const transform = (bit: Uint8Array, out: TransformStreamDefaultController<Uint8Array>) => {
      this.begin();
      out.enqueue(bit);
    };
    this.begin();
    return new Response(answer.body?.pipeThrough(new TransformStream({ transform })), answer);
  }
}
