/** Finds faces where the browser can (`FaceDetector`); only suggestions, a person decides. */
import type { Box } from './edit';

interface Detector {
  detect(picture: ImageBitmap): Promise<{ boundingBox: DOMRectReadOnly }[]>;
}

/** The whole head: hair and ears tell as much as the eyes. */
const AROUND = 0.25;

/** Where faces may be, in pixels of the picture; empty where the browser cannot tell. */
export async function faces(picture: ImageBitmap): Promise<Box[]> {
  const Known = (globalThis as { FaceDetector?: new () => Detector }).FaceDetector;
  if (!Known) return [];
  try {
    const found = await new Known().detect(picture);
    return found.map(({ boundingBox }) => around(boundingBox));
  } catch {
    // Some systems have the interface, but not the service behind it.
    return [];
  }
}

function around({ x, y, width, height }: Box): Box {
  return {
    x: x - width * AROUND, y: y - height * AROUND, width: width * (1 + 2 * AROUND), height: height * (1 + 2 * AROUND),
  };
}
