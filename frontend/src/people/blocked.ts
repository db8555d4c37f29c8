/** Says what to do while another tab, with an older version of this app, holds the database. */
import { mount, unmount } from 'svelte';
import { database } from '../local/db';
import { keepTrying } from '../ui/later';
import { allWords } from '../ui/words';
import Blocked from './Blocked.svelte';

/** Longer than opening takes, even where an upgrade has thousands of records to go through. */
const PATIENCE_MS = 4000;

/**
 * Say it until the database opens. Not by the event `blocked`: a tab that a phone has frozen does not even answer that it
 * goes on using the database, and before that the event does not come.
 */
export async function sayWhileBlocked(): Promise<void> {
  const opened = database().catch(() => undefined);
  const isSlow = await Promise.race([opened, new Promise((passed) => setTimeout(passed, PATIENCE_MS, true))]);
  if (isSlow !== true) return;
  await keepTrying(allWords);
  const shown = mount(Blocked, { target: document.body, anchor: document.getElementById('app')! });
  await opened;
  await unmount(shown);
}
