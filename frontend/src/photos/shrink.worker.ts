/** Runs `shrink` off the page's thread, so that typing goes on while a picture is made ready. */
import { shrink, type Source, type Surface } from './shrink';

function surface(width: number, height: number): Surface {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  return { context, encode: (quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }) };
}

addEventListener('message', (event: MessageEvent<{ ticket: number; source: Source }>) => {
  const { ticket, source } = event.data;
  shrink(source, surface).then(
    (answer) => postMessage({ ticket, answer }, 'photo' in answer ? [answer.photo.buffer, answer.photo.thumb] : []),
    (error: unknown) => postMessage({ ticket, error: String(error) }),
  );
});
