/** The service worker: registered after the first screen, and its updates offered, never forced. */
import { route, type RouteName } from '../routes';
import { keepTrying } from '../ui/later';

const REST_MS = 3600_000;

class Updating {
  waiting = $state.raw<ServiceWorker | null>(null);
}

export const updating = new Updating();

const FORMS: RouteName[] = ['observe', 'edit', 'burst', 'catchUp', 'after', 'setup', 'create'];

/** Whether a form or the camera is open, over which nothing may come; reactive. */
export function isWriting(): boolean {
  return FORMS.includes(route.current.name);
}

/** Have the worker keep the app for times without a network: all of it, or it is tried again. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await keepTrying(installed);
  const look = () => {
    // Without a controller this is the first visit: nothing to update.
    if (navigator.serviceWorker.controller) updating.waiting = registration.waiting;
  };
  look();
  document.addEventListener('visibilitychange', () => void lookForUpdate(registration));
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
}

async function installed(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register('/sw.js');
  const { installing, active } = registration;
  if (!installing || active) return registration;
  return new Promise((resolve, reject) => {
    const heard = () => (installing.state === 'redundant' ? reject(new Error('not all files came')) : resolve(registration));
    installing.addEventListener('statechange', heard, { once: true });
  });
}

let lookedAt = Date.now();

/** An app that is never closed still hears of a new version, when somebody comes back to it. */
async function lookForUpdate(registration: ServiceWorkerRegistration): Promise<void> {
  if (document.visibilityState !== 'visible' || Date.now() - lookedAt < REST_MS) return;
  lookedAt = Date.now();
  await registration.update().catch(() => undefined);
}

/** Change to the new version: the page is loaded anew once it is in charge. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  updating.waiting?.postMessage('take over');
}
