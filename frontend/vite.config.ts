/// <reference types="vitest/config" />
/**
 * Builds frontend/ into benchmark/static/app/, where Flask finds it through the manifest.
 * Nothing is inlined: the content security policy forbids it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { apiPage, catalogueInTwo, compressed, inOneChunk, ownChunks, serviceWorker, smallIcons } from './build.plugins.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const BASE = '/static/app/';
const VERSION = /__version__ = "(.+)"/.exec(readFileSync(here('../benchmark/__init__.py'), 'utf8'))![1];

export default defineConfig({
  base: BASE,
  publicDir: false,
  define: { __VERSION__: JSON.stringify(VERSION) },
  plugins: [
    smallIcons(),
    catalogueInTwo(),
    ownChunks(here('src/ui/chunk.ts')),
    svelte(),
    serviceWorker(BASE, here('../benchmark/templates/app.html')),
    compressed(),
    apiPage(here('node_modules/swagger-ui-dist')),
  ],
  build: {
    outDir: here('../benchmark/static/app'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: here('src/main.ts'),
      output: { codeSplitting: { groups: [{ name: inOneChunk(here('src/main.ts')) }] } },
    },
  },
  worker: { format: 'es' },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
    setupFiles: [here('src/local/indexeddb.setup.ts')],
  },
});
