/**
 * Doing with undo: `act` makes the changes, says so in a toast with *Undo*, and remembers them for Ctrl+Z.
 * For changes that nobody would want back (autosave, typing), use `change` alone.
 */
import { change, inverse, type Change } from '../sync/outbox';
import { announce } from './announce.svelte';
import { t } from './words';

interface Step {
  message: string;
  back: Change[];
}

class Undo {
  steps = $state.raw<Step[]>([]);
  /** The message on screen, if any. */
  toast = $state.raw<{ message: string; isUndoable: boolean } | null>(null);
}

export const undo = new Undo();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Make `changes` as one step that can be undone. Resolves when they are on disk. */
export async function act(message: string, changes: Change[]): Promise<void> {
  const back = await inverse(changes);
  await change(changes);
  undo.steps = [...undo.steps.slice(-49), { message, back }];
  say(message, true);
}

/** Take back the latest step. */
export async function undoLast(): Promise<void> {
  const step = undo.steps.at(-1);
  if (!step) return;
  undo.steps = undo.steps.slice(0, -1);
  await change(step.back);
  say(t('undo.done', { what: step.message }));
}

/** Show a short message; also read out. */
export function say(message: string, isUndoable = false): void {
  undo.toast = { message, isUndoable };
  announce(message);
  clearTimeout(timer);
  timer = setTimeout(hideToast, isUndoable ? 10_000 : 5_000);
}

/** Take the message away. */
function hideToast(): void {
  undo.toast = null;
}

/** Ctrl+Z outside a text field undoes the latest step. */
export function onUndoKey(event: KeyboardEvent): void {
  if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, [contenteditable]')) return;
  event.preventDefault();
  void undoLast();
}
