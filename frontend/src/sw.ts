/// <reference lib="webworker" />
/**
 * The service worker: keeps the whole app, so that every screen opens without a network.
 * All files of a build are stored together or not at all; the build before stays one release longer, for
 * pages that are still open on it. People's own data lies in IndexedDB and is none of this file's business.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Filled in by the build: an id over all its files and the shell's template, and the files. */
const BUILD: { id: string; files: string[] } = JSON.parse('{{BUILD}}');
const SHELL = '/';
const PREFIX = 'benchmark-build-';
const PHOTOS = 'benchmark-photos';
const MOST_PHOTOS = 800;

/** Where the browser can: what passes through here anyway need not wait until this worker has been woken. */
interface Routing extends ExtendableEvent {
  addRoutes?(rule: { condition: { urlPattern: string }; source: 'network' }): Promise<void>;
}

worker.addEventListener('install', (event: Routing) => {
  event.waitUntil(Promise.all([keepBuild(), event.addRoutes?.({ condition: { urlPattern: '/api/v1/sync' }, source: 'network' })]));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldBuilds().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && isScreen(url.pathname)) event.respondWith(shell(request));
  else if (url.pathname.startsWith('/static/app/assets/')) event.respondWith(asset(request));
  else if (/^\/api\/v1\/photos\/[^/]+\/(thumb|screen)$/.test(url.pathname)) event.respondWith(photo(event));
});

function isScreen(path: string): boolean {
  return !path.startsWith('/api') && !path.startsWith('/static/') && !path.includes('.') && path !== '/healthz';
}

async function keepBuild(): Promise<void> {
  const cache = await caches.open(PREFIX + BUILD.id);
  try {
    await cache.addAll([...BUILD.files, new Request(SHELL, { cache: 'reload' })]);
  } catch (error) {
    await caches.delete(PREFIX + BUILD.id);
    throw error;
  }
}

async function dropOldBuilds(): Promise<void> {
  const builds = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + BUILD.id);
  // Names come in the order of their making; the last is the build before this one.
  await Promise.all(builds.slice(0, -1).map((name) => caches.delete(name)));
}

async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(PREFIX + BUILD.id);
  return (await cache.match(SHELL)) ?? fetch(request);
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** Pictures never change under their address; those once seen, and floor plans, stay for times without a network. */
async function photo(event: FetchEvent): Promise<Response> {
  const kept = await caches.match(event.request);
  if (kept) return kept;
  const cache = await caches.open(PHOTOS);
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keepPhoto(cache, event.request, answer.clone()));
  return answer;
}

async function keepPhoto(cache: Cache, request: Request, answer: Response): Promise<void> {
  await cache.put(request, answer);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_PHOTOS)).map((old) => cache.delete(old)));
}
