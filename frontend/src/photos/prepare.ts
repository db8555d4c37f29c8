/**
 * `prepare`: from a chosen file to a photo that can be kept. Uses a worker where it can draw
 * (OffscreenCanvas), else the page itself.
 */
import { shrink, type ShrinkAnswer, type Surface } from './shrink';

let worker: Worker | undefined;
let tickets = 0;
const waiting = new Map<number, { resolve: (answer: ShrinkAnswer) => void; reject: (error: Error) => void }>();

/** Make a photo of a file, or say what is wrong with it. */
export async function prepare(file: Blob): Promise<ShrinkAnswer> {
  if (!canDrawInWorker()) return shrink(file, pageSurface);
  try {
    return await inWorker(file);
  } catch {
    // A browser that has the parts but fails in the worker still gets its picture.
    return shrink(file, pageSurface);
  }
}

function canDrawInWorker(): boolean {
  return typeof Worker !== 'undefined' && typeof OffscreenCanvas !== 'undefined' && 'convertToBlob' in OffscreenCanvas.prototype;
}

function inWorker(file: Blob): Promise<ShrinkAnswer> {
  worker ??= started();
  const ticket = ++tickets;
  return new Promise((resolve, reject) => {
    waiting.set(ticket, { resolve, reject });
    worker!.postMessage({ ticket, file });
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
