/** Starts the app: the words first (a small chunk that the service worker keeps), then the screen, then the rest. */
import { mount } from 'svelte';
import App from './App.svelte';
import { openForm } from './local/form';
import { onIdentityElsewhere, remembered } from './local/identity';
import { studies } from './local/records';
import { follow, role, session } from './local/session.svelte';
import { awaitInstall } from './people/install.svelte';
import { start } from './routes';
import { countUnsent } from './sync/status.svelte';
import './ui/base.css';
import { preferred, setLanguage } from './ui/words';

awaitInstall();
follow();
start();
await Promise.all([setLanguage(session.person?.language ?? preferred(), { keep: false }), goWhereLeftOff()]);
mount(App, { target: document.getElementById('app')! });
countUnsent();
void goOn();
// Another tab signed in or out: this one must not go on as somebody else.
onIdentityElsewhere(() => remembered()?.person.id !== session.person?.id && location.reload());

/** What the first screen does not wait for: sending, and the worker. */
async function goOn(): Promise<void> {
  await new Promise((painted) => setTimeout(painted, 300));
  const { startEngine, keepOffline } = await import('./later');
  startEngine();
  await keepOffline().catch(() => undefined);
}

/** From the home screen: the form that was open when the phone killed the app, or one's only study. */
async function goWhereLeftOff(): Promise<void> {
  if (location.pathname !== '/' || !session.person) return;
  const form = openForm();
  const mine = form ? [] : await studies().catch(() => []);
  const only = mine.length === 1 && role(mine[0]!.space) !== 'lead' ? `/s/${mine[0]!.space}` : null;
  if (form ?? only) history.replaceState(null, '', form ?? only);
}
