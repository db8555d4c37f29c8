/** Straightens off the page's thread. Keeps the photo it was last given, so that a preview sends only four corners. */
import { straightened, type Corners, type Pixels } from './homography';
import type { Size } from './view';

export interface Ask {
  ticket: number;
  photo?: Pixels;
  corners: Corners;
  size: Size;
}

let photo: Pixels | undefined;

addEventListener('message', (event: MessageEvent<Ask>) => {
  const { ticket, corners, size } = event.data;
  photo = event.data.photo ?? photo;
  if (!photo) return;
  const made = straightened(photo, corners, size);
  postMessage({ ticket, made }, { transfer: [made.data.buffer] });
});
