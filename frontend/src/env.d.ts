/// <reference types="svelte" />
/// <reference types="vite/client" />

declare module '*.json?rest' {
  const words: Record<string, unknown>;
  export default words;
}
