/**
 * Dictation by the browser's own speech recognition, on this device only: where it would send the sound away, there
 * is none. https://webaudio.github.io/web-speech-api/
 */
interface Heard extends Event {
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
}

interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally: boolean;
  start(): void;
  stop(): void;
  abort(): void;
}

interface Options {
  langs: string[];
  processLocally: true;
}

interface Recognitions {
  new (): Recognition;
  prototype: Recognition;
  available?(options: Options): Promise<'available' | 'downloadable' | 'downloading' | 'unavailable'>;
  install?(options: Options): Promise<boolean>;
}

type Browser = { SpeechRecognition?: Recognitions; webkitSpeechRecognition?: Recognitions };

function recognitions(): Recognitions | undefined {
  const { SpeechRecognition, webkitSpeechRecognition } = globalThis as Browser;
  const known = SpeechRecognition ?? webkitSpeechRecognition;
  return known?.available && 'processLocally' in known.prototype ? known : undefined;
}

/** Whether the device knows the language by itself, or can fetch what it needs for that. */
export async function canDictate(lang: string): Promise<boolean> {
  const known = await recognitions()?.available?.({ langs: [lang], processLocally: true }).catch(() => undefined);
  return known !== undefined && known !== 'unavailable';
}

export interface Listener {
  /** Words that will not change any more. */
  onsaid: (words: string) => void;
  /** What was understood since then, so far. */
  onheard: (words: string) => void;
  /** It listens no more; `isFailed` when it could not. */
  onend: (isFailed: boolean) => void;
}

/** Begin to listen, after fetching the language if need be. Returns how to stop; `undefined` where it cannot be had. */
export async function listen(lang: string, { onsaid, onheard, onend }: Listener): Promise<(() => void) | undefined> {
  const Recognition = recognitions();
  const isThere = await Recognition?.install?.({ langs: [lang], processLocally: true }).catch(() => false);
  if (!Recognition || !isThere) return undefined;
  const recognition = Object.assign(new Recognition(), { lang, continuous: true, interimResults: true, processLocally: true });
  let isFailed = false;
  recognition.addEventListener('result', (event) => {
    const { results, resultIndex } = event as Heard;
    const fresh = Array.from(results).slice(resultIndex);
    const said = (isFinal: boolean) => fresh.filter((one) => one.isFinal === isFinal).map((one) => one[0]!.transcript).join('');
    if (said(true)) onsaid(said(true));
    onheard(said(false));
  });
  recognition.addEventListener('error', (event) => {
    isFailed = !['aborted', 'no-speech'].includes((event as Event & { error: string }).error);
  });
  recognition.addEventListener('end', () => onend(isFailed));
  recognition.start();
  return () => recognition.stop();
}

/** Pure: what was said, behind what was there. */
export function appended(text: string, words: string): string {
  const gap = !text || /\s$/.test(text) ? '' : ' ';
  return text + gap + words.trim();
}
