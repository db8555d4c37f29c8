/**
 * Sends a photo in pieces (tus 1.0), from where the server is: its address follows from the photo's id, so the phone
 * remembers nothing. Waiting and trying again stay with `engine.ts`.
 */
import { Upload, type DetailedError, type HttpRequest, type HttpResponse } from 'tus-js-client';
import { ApiError, BASE, offline, read } from '../api/client';
import type { Bytes } from '../local/db';

/** A server that lives answers a piece, also one that trickles in, within 30 s. */
const SILENCE_MS = 45_000;
/** What a refused HEAD means. */
const REFUSED: Record<number, string> = { 401: 'not_signed_in', 404: 'not_found', 409: 'photo_conflict', 413: 'photo_too_large' };

/** Returns the digest that the server echoed. Throws `ApiError`; what has arrived until then stays there. */
export function sendInPieces(photo: Bytes, digest: string, chunkSize: number, report: (arrived: number) => void): Promise<string | undefined> {
  const address = `${BASE}/photos/${photo.id}/upload?space=${photo.space}`;
  let silence: ReturnType<typeof setTimeout>;
  return new Promise<string | undefined>((resolve, reject) => {
    const upload = new Upload(new Blob([photo.buffer]), {
      uploadUrl: address,
      storeFingerprintForResuming: false,
      retryDelays: null,
      chunkSize,
      headers: { 'Upload-Length': `${photo.buffer.byteLength}`, 'Repr-Digest': digest },
      onBeforeRequest: listen,
      onProgress: listen,
      onAfterResponse: async (request, answer) => {
        await check(request, answer);
        report(Number(answer.getHeader('Upload-Offset')));
      },
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Repr-Digest')),
      onError: (error) => reject(failure(error)),
    });
    function listen(): void {
      clearTimeout(silence);
      silence = setTimeout(() => {
        void upload.abort();
        reject(offline());
      }, SILENCE_MS);
    }
    upload.start();
  }).finally(() => clearTimeout(silence));
}

/** Throws what the server says. To a HEAD it answers without words, but its kind of answer tells that it was ours. */
async function check(request: HttpRequest, answer: HttpResponse): Promise<void> {
  const [status, type] = [answer.getStatus(), answer.getHeader('Content-Type') ?? ''];
  if (status < 400) return;
  const code = REFUSED[status];
  if (request.getMethod() === 'HEAD' && code && type.startsWith('application/problem')) throw new ApiError(code, status, '');
  const headers = { 'Content-Type': type, 'Retry-After': answer.getHeader('Retry-After') ?? '' };
  await read(new Response(answer.getBody(), { status, headers }));
}

/** What `check` threw; anything else is a cut connection or not our server. */
function failure(error: Error | DetailedError): ApiError {
  const cause = 'causingError' in error ? error.causingError : null;
  return cause instanceof ApiError ? cause : offline();
}
