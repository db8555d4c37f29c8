/** A photo of a wall map on its way to being straight: read once, straightened as often as the corners move, encoded. */
import { straightSize, type Corners, type Pixels } from './homography';
import { fit } from '../photos/shrink';
import type { Ask } from './straighten.worker';

const LONG_SIDE = 2048;
const PREVIEW_SIDE = 480;

/** A photo laid on the table. Call `close` when done. */
export class Table {
  readonly width: number;
  readonly height: number;
  private readonly worker = new Worker(new URL('./straighten.worker.ts', import.meta.url), { type: 'module' });
  private photo: Pixels | undefined;
  private tickets = 0;

  private constructor(photo: Pixels) {
    this.photo = photo;
    this.width = photo.width;
    this.height = photo.height;
  }

  /** Throws when the browser cannot read the picture. */
  static async of(file: Blob): Promise<Table> {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const { width, height } = fit(picture.width, picture.height, LONG_SIDE);
    const context = canvasOf(width, height);
    context.drawImage(picture, 0, 0, width, height);
    picture.close();
    return new Table({ width, height, data: context.getImageData(0, 0, width, height).data as Pixels['data'] });
  }

  /** How the part between the corners looks, small. */
  preview(corners: Corners): Promise<Pixels> {
    return this.ask(corners, PREVIEW_SIDE);
  }

  /** The part between the corners as a JPEG. */
  async picture(corners: Corners): Promise<Blob> {
    const { width, height, data } = await this.ask(corners, LONG_SIDE);
    const context = canvasOf(width, height);
    context.putImageData(new ImageData(data, width, height), 0, 0);
    return new Promise((resolve, reject) => {
      context.canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('not encoded'))), 'image/jpeg', 0.9);
    });
  }

  close(): void {
    this.worker.terminate();
  }

  private ask(corners: Corners, side: number): Promise<Pixels> {
    const ticket = ++this.tickets;
    const question: Ask = { ticket, corners, size: straightSize(corners, this, side) };
    // The first question brings the photo along; the worker keeps it.
    if (this.photo) question.photo = this.photo;
    this.worker.postMessage(question, this.photo ? [this.photo.data.buffer] : []);
    this.photo = undefined;
    return new Promise((resolve, reject) => {
      const answered = new AbortController();
      const { signal } = answered;
      const heard = ({ data }: MessageEvent<{ ticket: number; made: Pixels }>) => {
        if (data.ticket !== ticket) return;
        answered.abort();
        resolve(data.made);
      };
      this.worker.addEventListener('message', heard, { signal });
      this.worker.addEventListener('error', () => (answered.abort(), reject(new Error('the worker failed'))), { signal });
    });
  }
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  return canvas.getContext('2d', { willReadFrequently: true })!;
}
