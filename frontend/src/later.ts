/** The chunk that follows the first screen: sending, and the worker that keeps the app for times without a network. */
export { keepOffline } from './people/updating.svelte';
export { startEngine } from './sync/engine';
