/// <reference types="svelte" />
/// <reference types="vite/client" />

/** The version of the app, as the server has it too. */
declare const __VERSION__: string;

declare module '*.json?rest' {
  const words: Record<string, unknown>;
  export default words;
}
