/** Prints what the first visit loads for joining and capturing, gzipped: JS, CSS and one language. `npm run size` after a build. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MOST = 60_000;
const folder = new URL('../benchmark/static/app/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
const weigh = (file) => gzipSync(readFileSync(new URL(file, folder)), { level: 9 }).length;

/** The chunk and all that it imports at once. */
function closure(key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, found);
  return found;
}

const words = Object.keys(manifest).find((key) => key.endsWith('locale/fi.json'));
const keys = new Set([...closure('src/main.ts'), ...closure(words)]);
const files = new Set([...keys].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]));
const weights = [...files].map((file) => ({ file, gzip: weigh(file) })).sort((a, b) => b.gzip - a.gzip);
const total = weights.reduce((sum, { gzip }) => sum + gzip, 0);
for (const { file, gzip } of weights) console.log(String(gzip).padStart(7), file);
console.log(String(total).padStart(7), `first load for joining and capturing, at most ${MOST}`);
process.exitCode = total > MOST ? 1 : 0;
