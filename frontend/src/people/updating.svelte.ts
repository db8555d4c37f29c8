/** The service worker: registered after the first screen, and its updates offered, never forced. */
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
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
}

/** Change to the new version: the page is loaded anew once it is in charge. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  updating.waiting?.postMessage('take over');
}
