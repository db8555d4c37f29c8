/** Starts the app: the words first (a small chunk that the service worker keeps), then the screen, then the rest. */
import { mount } from 'svelte';
import App from './App.svelte';
import { openForm } from './local/form';
import { onIdentityElsewhere, remembered } from './local/identity';
import { one, studies } from './local/records';
import { become, follow, session } from './local/session.svelte';
import { awaitInstall } from './people/install.svelte';
import { start } from './routes';
import { wakeEngine } from './sync/outbox';
import { countUnsent } from './sync/status.svelte';
import './ui/base.css';
import { keepTrying } from './ui/later';
import { preferred, prepareFormats, setLanguage, startFormats } from './ui/words';

/** So long the first screen waits for a database that another tab may hold. */
const PATIENCE_MS = 2000;

const app = document.getElementById('app')!;

awaitInstall();
follow();
start();
const chosen = session.person?.language ?? preferred();
startFormats(chosen);
const speak = () => setLanguage(chosen, { keep: false });
await Promise.all([keepTrying(speak), goWhereLeftOff()]);
mount(App, { target: app });
requestAnimationFrame(() => setTimeout(prepareFormats));
countUnsent();
void goOn();
onIdentityElsewhere(() => {
  const identity = remembered();
  // Another tab signed in or out: this one must not go on as somebody else.
  if (!identity || identity.person.id !== session.person?.id) return location.reload();
  become(identity);
  wakeEngine();
});
// A change may find no room on the phone before the rest is here, which says so.
addEventListener('unhandledrejection', (event) => {
  if (event.reason?.name !== 'QuotaExceededError') return;
  event.preventDefault();
  void background().then(({ sayNoRoom }) => sayNoRoom());
});

function passed(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

function background() {
  return keepTrying(() => import('./background'));
}

/** What the first screen does not wait for: sending, and the worker. */
async function goOn(): Promise<void> {
  // An app that is all on the phone may first draw its list; one that is not should get there while there is a network.
  const rest = navigator.serviceWorker?.controller ? 1000 : 300;
  await passed(rest);
  const { Blocked, startEngine, keepOffline, keepPlans, lookAround } = await background();
  mount(Blocked, { target: document.body, anchor: app });
  startEngine();
  keepPlans();
  // From here on a picture can be kept, whatever becomes of the network.
  void keepTrying(() => import('./photos/prepare'));
  void keepOffline();
  await lookAround();
}

/** From the home screen: the form that was open when the phone killed the app, or one's only study. */
async function goWhereLeftOff(): Promise<void> {
  if (location.pathname !== '/' || !session.person) return;
  const form = openForm();
  const path = form ?? (await Promise.race([onlyStudy(session.person.id).catch(() => null), passed(PATIENCE_MS)]));
  if (path) history.replaceState(null, '', path);
}

/** The path of a member's only study. Leads begin from the list, where they also make new ones. */
async function onlyStudy(me: string): Promise<string | null> {
  const [first, ...others] = await studies();
  if (!first || others.length) return null;
  const participant = await one(first.space, 'participant', me);
  return participant?.role === 'lead' ? null : `/s/${first.space}`;
}
