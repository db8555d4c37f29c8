/// <reference types="vitest/config" />
/**
 * Builds frontend/ into benchmark/static/app/, where Flask finds it through the manifest.
 * Nothing is inlined: the content security policy forbids it.
 */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: '/static/app/',
  publicDir: false,
  plugins: [svelte()],
  resolve: {
    alias: [{ find: /^dexie$/, replacement: here('node_modules/dexie/dist/modern/dexie.mjs') }],
    conditions: ['browser'],
  },
  server: {
    fs: { allow: [here('.'), here('../benchmark/locale')] },
    proxy: { '/api': 'http://localhost:8000' },
  },
  build: {
    outDir: here('../benchmark/static/app'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: here('src/main.ts') },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    setupFiles: [here('src/local/indexeddb.setup.ts')],
  },
});
