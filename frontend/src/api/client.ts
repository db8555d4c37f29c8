/**
 * Talks JSON with the server. Every failure is an `ApiError` with a code that callers branch on.
 * An answer that is not the server's JSON (a captive portal's page, a proxy's error) counts as no
 * connection. Records do not travel this way: they go through sync/.
 */
export class ApiError extends Error {
  constructor(
    /** A name from the server's catalogue, or `offline`. */
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    /** True when nothing can be said of the server: no network, time-out, someone else's page. */
    readonly offline = false,
    /** Milliseconds that the server, or what stands before it, asks to be left alone. */
    readonly retryAfter = 0,
  ) {
    super(code);
  }
}

interface Options {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Milliseconds until the request is given up. */
  timeout?: number;
}

export const BASE = '/api/v1';

export const api = {
  get: <T>(path: string, options?: Options) => request<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: Options) => request<T>('POST', path, body ?? {}, options),
  patch: <T>(path: string, body: unknown, options?: Options) => request<T>('PATCH', path, body, options),
  put: <T>(path: string, body: unknown, options?: Options) => request<T>('PUT', path, body, options),
  delete: <T>(path: string, options?: Options) => request<T>('DELETE', path, undefined, options),
};

async function request<T>(method: string, path: string, body: unknown, options?: Options): Promise<T> {
  return read<T>(await send(method, path, body, options));
}

/** The answer to a request, whatever it says; throws `ApiError` when there is none. */
export async function send(method: string, path: string, body: unknown, options: Options = {}): Promise<Response> {
  const isRaw = body instanceof ArrayBuffer || body instanceof Blob;
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (body !== undefined && !isRaw) headers['Content-Type'] = 'application/json';
  const time = AbortSignal.timeout(options.timeout ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, time]) : time;
  try {
    const content = body === undefined ? null : isRaw ? body : JSON.stringify(body);
    return await fetch(BASE + path, { method, headers, body: content, signal, credentials: 'same-origin' });
  } catch {
    throw offline();
  }
}

/** As `read`, but for the JSON of success: that is not looked at yet. */
export async function bytesOf(answer: Response): Promise<ArrayBuffer> {
  if (!answer.ok || !isJson(answer)) return read<never>(answer);
  return answer.arrayBuffer().catch(() => {
    throw offline(answer.status);
  });
}

/** An answer's JSON; throws `ApiError` for a problem, and for what is not the server's. */
export async function read<T>(answer: Response): Promise<T> {
  if (answer.status === 204) return undefined as T;
  const retryAfter = millisecondsOf(answer.headers.get('Retry-After'));
  if (!isJson(answer)) throw offline(answer.status, retryAfter);
  const content = (await answer.json().catch(() => {
    throw offline(answer.status, retryAfter);
  })) as T & { code?: string; detail?: string };
  if (answer.ok) return content;
  throw new ApiError(content.code ?? 'server_error', answer.status, content.detail ?? '', false, retryAfter);
}

/** Whether it is what our server says: its failures are problems; a firewall has JSON of its own. */
function isJson(answer: Response): boolean {
  return (answer.ok ? /^application\/json\b/ : /^application\/problem\+json\b/).test(answer.headers.get('Content-Type') ?? '');
}

/** Seconds, or a date, as RFC 9110 has it. */
function millisecondsOf(retryAfter: string | null): number {
  const wait = /^\d+$/.test(retryAfter ?? '') ? 1000 * Number(retryAfter) : Date.parse(retryAfter ?? '') - Date.now();
  return Math.max(0, wait || 0);
}

/** The failure of a request of which nothing is known. */
export function offline(status = 0, retryAfter = 0): ApiError {
  return new ApiError('offline', status, '', true, retryAfter);
}
