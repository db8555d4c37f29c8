/**
 * The addresses of the app, on the History API. Ordinary `<a href>` links work: `start` catches
 * their clicks. `go` moves.
 */
import { createSubscriber } from 'svelte/reactivity';

const PATTERNS = {
  home: '/',
  join: '/join',
  signIn: '/sign-in',
  setup: '/setup',
  create: '/new',
  study: '/s/:study',
  observe: '/s/:study/new',
  burst: '/s/:study/pictures',
  catchUp: '/s/:study/catch-up',
  observation: '/s/:study/o/:id',
  edit: '/s/:study/o/:id/edit',
  history: '/s/:study/history/:id',
  plan: '/s/:study/plan',
  prepare: '/s/:study/prepare',
  tags: '/s/:study/tags',
  people: '/s/:study/people',
  poster: '/s/:study/poster',
  cards: '/s/:study/cards',
  bin: '/s/:study/bin',
  refused: '/s/:study/refused',
  board: '/s/:study/board',
  group: '/s/:study/g/:id',
  results: '/s/:study/results',
  after: '/s/:study/after',
  report: '/s/:study/report',
  status: '/status',
  install: '/install',
  me: '/me',
} as const;

export type RouteName = keyof typeof PATTERNS | 'lost';
export interface Route {
  name: RouteName;
  path: string;
  params: Record<string, string>;
}

let moved = () => {};
let shown = '';
const subscribe = createSubscriber((update) => {
  moved = update;
  return () => (moved = () => {});
});

/** Where we are; reactive. */
export const route = {
  get current(): Route {
    subscribe();
    return match(location.pathname);
  },
};

/** Which screen a path means, and the parts of it that vary. */
export function match(path: string): Route {
  const parts = path.split('/').filter(Boolean);
  for (const [name, pattern] of Object.entries(PATTERNS)) {
    const wanted = pattern.split('/').filter(Boolean);
    if (wanted.length !== parts.length) continue;
    if (!wanted.every((part, n) => part.startsWith(':') || part === parts[n])) continue;
    const params: Record<string, string> = {};
    wanted.forEach((part, n) => {
      if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(parts[n]!);
    });
    return { name: name as RouteName, path, params };
  }
  return { name: 'lost', path, params: {} };
}

/** Move to a path of the app; `replace` leaves no step to come back to. */
export function go(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState({ inside: true }, '', path);
  else history.pushState({ inside: true }, '', path);
  show();
}

/** Draw the screen of the address, from its top. */
function show(): void {
  shown = location.pathname;
  moved();
  scrollTo(0, 0);
}

/** Go back if the step before was ours, else to `fallback`. */
export function back(fallback: string): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else go(fallback, { replace: true });
}

/** Close a form that was opened from `path`: that screen shows at once, the browser's own step back follows. */
export function closeTo(path: string): void {
  const isOurs = (history.state as { inside?: boolean } | null)?.inside;
  go(path, { replace: true });
  if (isOurs) history.back();
}

/** Begin to listen to the back button and to clicks on links. */
export function start(): void {
  // The browser would scroll by what the page was before; a screen that has a place to come back to keeps it itself.
  history.scrollRestoration = 'manual';
  addEventListener('popstate', () => location.pathname !== shown && show());
  document.addEventListener('click', (event) => {
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (!anchor || anchor.target || anchor.hasAttribute('download')) return;
    const url = new URL(anchor.href);
    if (url.origin !== location.origin || match(url.pathname).name === 'lost') return;
    follow(event, url.pathname + url.hash);
  });
}

function follow(event: MouseEvent, path: string): void {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(path);
}
