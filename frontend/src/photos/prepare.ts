/**
 * `prepare`: from a file, or a picture just taken, to a photo that can be kept. Uses a worker where it can draw
 * (OffscreenCanvas), else the page itself.
 */
import { shrink, type ShrinkAnswer, type Source, type Surface } from './shrink';

let worker: Worker | undefined;
let tickets = 0;
const waiting = new Map<number, { resolve: (answer: ShrinkAnswer) => void; reject: (error: Error) => void }>();

/** Make a photo, or say what is wrong with the file. */
export async function prepare(source: Source): Promise<ShrinkAnswer> {
  if (!canDrawInWorker()) return shrink(source, pageSurface);
  try {
    return await inWorker(source);
  } catch {
    // A browser that has the parts but fails in the worker still gets its picture.
    return shrink(source, pageSurface);
  }
}

function canDrawInWorker(): boolean {
  return typeof Worker !== 'undefined' && typeof OffscreenCanvas !== 'undefined' && 'convertToBlob' in OffscreenCanvas.prototype;
}

function inWorker(source: Source): Promise<ShrinkAnswer> {
  worker ??= started();
  const ticket = ++tickets;
  return new Promise((resolve, reject) => {
    waiting.set(ticket, { resolve, reject });
    worker!.postMessage({ ticket, source });
  });
}

function started(): Worker {
  const fresh = new Worker(new URL('./shrink.worker.ts', import.meta.url), { type: 'module' });
  fresh.onmessage = (event: MessageEvent<{ ticket: number; answer?: ShrinkAnswer; error?: string }>) => {
    const { ticket, answer, error } = event.data;
    const asked = waiting.get(ticket);
    waiting.delete(ticket);
    if (answer) asked?.resolve(answer);
    else asked?.reject(new Error(error));
  };
  fresh.onerror = () => {
    for (const asked of waiting.values()) asked.reject(new Error('the worker failed'));
    waiting.clear();
    worker = undefined;
  };
  return fresh;
}

function pageSurface(width: number, height: number): Surface {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const encode = (quality: number) => new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
  return { context: canvas.getContext('2d')!, encode };
}
