/** Getting the new version of the app when the server takes nothing from this one any more. */
import { takeUpdate, updating } from './updating.svelte';

const TRIED = 'benchmark.tried_update';

/** Go over to the new version: the page is loaded anew. False when it is not on this phone and cannot be had now. */
export async function update(): Promise<boolean> {
  const known = await navigator.serviceWorker?.getRegistration();
  try {
    await known?.update();
    updating.waiting = known?.waiting ?? (await arrived(known?.installing));
  } catch {
    // It may have come before the network went away.
    updating.waiting = known?.waiting ?? null;
    if (!updating.waiting) return false;
  }
  sessionStorage.setItem(TRIED, '1');
  if (updating.waiting) takeUpdate();
  // Another tab may have gone over already, or there is no worker: then loading anew is all it takes.
  else location.reload();
  return true;
}

/** Whether this page was just loaded anew for the new version, and still is too old. */
export function wasInVain(): boolean {
  const wasTried = sessionStorage.getItem(TRIED) !== null;
  sessionStorage.removeItem(TRIED);
  return wasTried;
}

/** The worker of the new version, once all of it is on this phone; throws when that fails. */
async function arrived(fresh: ServiceWorker | null | undefined): Promise<ServiceWorker | null> {
  if (!fresh) return null;
  await new Promise<void>((resolve, reject) => {
    const heard = () => (fresh.state === 'redundant' ? reject(new Error('not all files came')) : resolve());
    fresh.addEventListener('statechange', heard, { once: true });
  });
  return fresh;
}
