/** Whether the app can be put on the home screen here, and how: by the browser's own question, or by hand on iOS. */
interface InstallQuestion extends Event {
  prompt(): Promise<void>;
}

class Installing {
  question = $state.raw<InstallQuestion | undefined>();
  isDismissed = $state(globalThis.localStorage?.getItem('benchmark.install') === 'no');
}

export const installing = new Installing();

/** Keep the browser's question for a better moment than the first second. */
export function awaitInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    installing.question = event as InstallQuestion;
  });
  addEventListener('appinstalled', () => (installing.question = undefined));
}

/** Whether it runs from the home screen already. */
export function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches;
}

/** iOS never asks; there people use the share menu. */
export function isByHand(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1);
}

/** Ask now. */
export async function install(): Promise<void> {
  await installing.question?.prompt();
  installing.question = undefined;
}

/** Do not offer it again on this phone. */
export function dismissInstall(): void {
  installing.isDismissed = true;
  localStorage.setItem('benchmark.install', 'no');
}
