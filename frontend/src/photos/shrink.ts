/**
 * Makes a picture ready to be kept: checked, upright, at most 2048 px, JPEG, without metadata (drawing it
 * anew drops place and camera), with a thumbnail and its SHA-256. Runs in a worker, or on the page
 * where a worker cannot draw.
 */
import { cropOf, type Edit } from './edit';
import { paint, type Context } from './paint';
import { sniff } from './sniff';

export const MAX_PIXELS = 40_000_000;
const LONG_SIDE = 2048;
const THUMB_SIDE = 480;

export interface Shrunk {
  type: 'image/jpeg';
  buffer: ArrayBuffer;
  thumb: ArrayBuffer;
  sha256: string;
  width: number;
  height: number;
  size: number;
}

/** Why a file cannot become a photo: a `problem` key of the catalogue. */
export type PhotoProblem =
  | 'photo_empty' | 'photo_not_a_picture' | 'photo_damaged' | 'photo_too_many_pixels' | 'photo_unknown_format';

export type ShrinkAnswer = { photo: Shrunk } | { problem: PhotoProblem };

/** A surface to draw on, of the worker's or the page's kind. */
export interface Surface {
  context: Context;
  encode: (quality: number) => Promise<Blob | null>;
}
type MakeSurface = (width: number, height: number) => Surface;
type Drawable = ImageBitmap | HTMLCanvasElement | OffscreenCanvas;

/** A file, or a picture that the app itself has just taken; an edit is burnt into it. */
export interface Source {
  from: Blob | ImageBitmap;
  edit?: Edit;
}

/** Make the photo, or say what is wrong with the file. */
export async function shrink({ from, edit }: Source, surface: MakeSurface): Promise<ShrinkAnswer> {
  const opened = from instanceof Blob ? await decoded(from) : { picture: from };
  if ('problem' in opened) return opened;
  const { picture } = opened;
  try {
    if (picture.width * picture.height >= MAX_PIXELS) return { problem: 'photo_too_many_pixels' };
    return { photo: await kept(picture, edit, surface) };
  } finally {
    picture.close();
  }
}

async function decoded(file: Blob): Promise<{ picture: ImageBitmap } | { problem: PhotoProblem }> {
  if (file.size === 0) return { problem: 'photo_empty' };
  const found = sniff(new Uint8Array(await file.arrayBuffer()));
  if (!found) return { problem: 'photo_not_a_picture' };
  if (!found.isWhole) return { problem: 'photo_damaged' };
  if ((found.width ?? 0) * (found.height ?? 0) >= MAX_PIXELS) return { problem: 'photo_too_many_pixels' };
  try {
    return { picture: await createImageBitmap(file, { imageOrientation: 'from-image' }) };
  } catch {
    return { problem: ['heic', 'avif'].includes(found.format) ? 'photo_unknown_format' : 'photo_damaged' };
  }
}

async function kept(picture: ImageBitmap, edit: Edit | undefined, surface: MakeSurface): Promise<Shrunk> {
  const source = edit ? burnt(picture, edit, surface) : picture;
  const large = fit(source.width, source.height, LONG_SIDE);
  const small = fit(source.width, source.height, THUMB_SIDE);
  const whole = laid(source, large, surface);
  // From the smaller copy: to read all of a large picture twice takes a phone a tenth of a second more.
  const little = laid(whole.context.canvas, small, surface);
  const [buffer, thumb] = [await encoded(whole, 0.85), await encoded(little, 0.75)];
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', buffer));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { type: 'image/jpeg', buffer, thumb, sha256, ...large, size: buffer.byteLength };
}

/** The picture with its edit in it: what was covered or cut away is in no pixel any more. */
function burnt(picture: ImageBitmap, edit: Edit, surface: MakeSurface): HTMLCanvasElement | OffscreenCanvas {
  const box = cropOf(edit);
  const { context } = surface(box.width, box.height);
  paint(context, picture, edit, box, 1);
  return context.canvas;
}

function laid(picture: Drawable, { width, height }: { width: number; height: number }, surface: MakeSurface): Surface {
  const made = surface(width, height);
  const { context } = made;
  // JPEG has no transparency; a drawing made on nothing should lie on white, not on black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  return made;
}

async function encoded({ encode }: Surface, quality: number): Promise<ArrayBuffer> {
  const blob = await encode(quality);
  if (!blob?.size) throw new Error('the browser could not encode the picture');
  return blob.arrayBuffer();
}

/** The size that fits `side` on the long side; never larger than the picture. */
export function fit(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
