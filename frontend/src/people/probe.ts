/** How far this phone can be trusted with what is not sent yet: room, private windows, iOS. Looked at when the app starts. */
import { room } from '../local/space';
import { say } from '../ui/undo.svelte';
import { allWords, t } from '../ui/words';
import { cautions, isKnown, type Caution } from './caution.svelte';
import { isByHand, isInstalled } from './install.svelte';

/** Find what there is to say, most urgent first; one at a time. */
export async function lookAround(): Promise<void> {
  const storage = await room();
  const found: [Caution, boolean][] = [
    ['low', storage?.isLow ?? false],
    ['private', !storage?.isPersistent && (await isPrivate())],
    ['ios', isByHand() && !isInstalled()],
  ];
  cautions.current = found.find(([caution, isTrue]) => isTrue && !isKnown(caution))?.[0];
}

/** Say that a change found no room on the phone: the transaction has taken all of it back. Forms say it themselves. */
export async function sayNoRoom(): Promise<void> {
  await allWords();
  say(t('caution.not_kept'));
}

/** Whether the window forgets everything when it is closed. No browser says so; each gives it away in its own way. */
async function isPrivate(): Promise<boolean> {
  try {
    // Firefox and Safari refuse the file system of the origin there.
    await navigator.storage.getDirectory?.();
  } catch {
    return true;
  }
  // Chromium gives a share of memory instead of the disk; since version 138 it says 10 GB either way, and nothing tells.
  const { memory } = performance as unknown as { memory?: { jsHeapSizeLimit: number } };
  const { quota = Infinity } = await navigator.storage.estimate();
  return memory !== undefined && quota < 2 * memory.jsHeapSizeLimit;
}
