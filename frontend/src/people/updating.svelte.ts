/** The service worker: registered after the first screen, and its updates offered, never forced. */
const REST_MS = 3600_000;

class Updating {
  waiting = $state.raw<ServiceWorker | null>(null);
}

export const updating = new Updating();

/** Register the worker, which keeps the app for times without a network. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register('/sw.js');
  const look = () => {
    // Without a controller this is the first visit: nothing to update.
    if (navigator.serviceWorker.controller) updating.waiting = registration.waiting;
  };
  look();
  document.addEventListener('visibilitychange', () => void lookForUpdate(registration));
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
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
