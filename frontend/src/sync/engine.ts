/**
 * Decides when to send and fetch: at start, after each save, on focus, when the network comes back, on the
 * server's word, and by a timer. One sender at a time over all tabs, at most one turn a second.
 * Knows no screen; `status.svelte.ts` is what screens see of it.
 */
import { ApiError } from '../api/client';
import { device, remembered } from '../local/identity';
import { session } from '../local/session.svelte';
import { alone } from './alone';
import { listen } from './listen';
import { whenChanged } from './outbox';
import { cursors } from './pull';
import { round, type Progress } from './round';
import { status } from './status.svelte';
import { dropOldCopies } from './upload';

const REST_MS = 1000;
const LONGEST_MS = 5 * 60_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let due = Infinity;
let lastStart = -REST_MS;
/** The server has asked to be left alone until then. */
let notBefore = 0;
let failures = 0;
/** How far the phone had seen when a turn last failed: one that got it further was not in vain. */
let seenThen = '';
/** Whether the changes of this turn have gone both ways. */
let areWordsThrough = false;
let isRunning = false;
let turn: Promise<void> = Promise.resolve();
let isAskedAgain = false;
let hear = () => {};

/** Start the engine; once, when somebody is signed in. */
export function startEngine(): void {
  whenChanged((isAsked) => {
    if (isAsked) notBefore = 0;
    hurry();
  });
  addEventListener('online', hurry);
  addEventListener('offline', () => (status.connection = 'none'));
  addEventListener('focus', hurry);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && hurry());
  hear = listen(hurry, isMine, () => turn);
  hurry();
}

/** Send as soon as the rest between two turns, and the server, allow; forgets the waiting after failures. */
function hurry(): void {
  failures = 0;
  plan(0);
}

/** How long to wait after `n` failures in a row: doubling from 2 s to 5 min, half of it by chance. */
export function backOff(n: number, chance = Math.random()): number {
  const whole = Math.min(LONGEST_MS, 1000 * 2 ** n);
  return whole / 2 + (whole / 2) * chance;
}

/** How long to leave a server alone that has asked for `milliseconds`: never less, but for our longest wait; not all phones at once. */
export function leftAlone(milliseconds: number, chance = Math.random()): number {
  return Math.min(LONGEST_MS, milliseconds * (1 + chance / 2));
}

function plan(delay: number): void {
  if (isRunning) {
    isAskedAgain = true;
    return;
  }
  // By a clock that nobody sets: the phone's own may be put back by days.
  const now = performance.now();
  const at = Math.max(now + delay, lastStart + REST_MS, notBefore);
  if (timer !== undefined && due <= at) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(() => (turn = run()), at - now);
}

async function run(): Promise<void> {
  timer = undefined;
  due = Infinity;
  if (!isMine()) return;
  isRunning = true;
  isAskedAgain = false;
  lastStart = performance.now();
  areWordsThrough = false;
  const person = session.person!.id;
  try {
    await alone(`benchmark-send-${person}`, turnAlone);
    failures = 0;
    hear();
  } catch (error) {
    // Whoever has signed in meanwhile has nothing to do with it.
    if (person === session.person?.id) await takeFailure(error);
  }
  isRunning = false;
  status.isSending = false;
  if (failures) plan(backOff(failures));
  else if (isAskedAgain) plan(0);
}

/** Whatever becomes of the pictures now: the network and the server are there. */
function wordsThrough(): void {
  if (status.lastContactAt === undefined) void dropOldCopies();
  areWordsThrough = true;
  status.connection = 'works';
  status.isOutdated = status.isFull = false;
  status.lastContactAt = Date.now();
}

/** Note how far a photo is. When more of it has got through than ever, the network deserves another try soon. */
function follow(progress?: Progress): void {
  if (progress && progress.id === status.photo?.id) {
    if (progress.arrived <= status.photo.arrived) return;
    failures = 0;
  }
  status.photo = progress;
}

/** Whether this tab still belongs to the person whose database it has open. */
function isMine(): boolean {
  return !!session.person && !session.isExpired && remembered()?.person.id === session.person.id;
}

async function turnAlone(): Promise<void> {
  if (!isMine()) return;
  status.isSending = true;
  await round({ person: session.person!.id, device: device() }, follow, wordsThrough);
}

async function takeFailure(error: unknown): Promise<void> {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403) && !error.offline) {
    session.isExpired = true;
    // It was the server that said so.
    status.connection = 'works';
    return;
  }
  const seen = JSON.stringify(await cursors().catch(() => undefined)) ?? '';
  failures = seen === seenThen ? failures + 1 : 1;
  seenThen = seen;
  if (error instanceof ApiError && error.retryAfter) notBefore = performance.now() + leftAlone(error.retryAfter);
  if (error instanceof ApiError && error.code === 'unknown_protocol') status.isOutdated = true;
  if (error instanceof ApiError) status.connection = !error.offline ? 'troubled' : areWordsThrough ? 'words' : 'none';
  // A worker tells only its name.
  else if (String(error).includes('QuotaExceededError')) [status.isFull, status.connection] = [true, 'works'];
  else console.error(error);
}
