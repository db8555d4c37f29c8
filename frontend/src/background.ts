/** What follows the first screen: sending, and the worker that keeps the app for times without a network. */
export { default as Blocked } from './people/Blocked.svelte';
export { lookAround, sayNoRoom } from './people/probe';
export { keepOffline } from './people/updating.svelte';
export { keepPlans } from './plans/offline';
export { startEngine } from './sync/engine';
