/**
 * Steps of the build that no package does our way: small icons, the catalogue in two parts, one first chunk,
 * the service worker, compressed copies, the API page's files.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Icons come as `?raw` text: without licence comment, class and white space they weigh half. */
export function smallIcons(): Plugin {
  return {
    name: 'small-icons',
    enforce: 'pre',
    load(id) {
      if (!/lucide-static\/icons\/.*\.svg\?raw$/.test(id)) return null;
      const svg = readFileSync(id.replace('?raw', ''), 'utf8')
        .replace(/<!--.*?-->/gs, '')
        .replace(/\s+(class|xmlns|width|height)="[^"]*"/g, (found, name: string) => (/\b(width|height)="24"/.test(found) || ['class', 'xmlns'].includes(name) ? '' : found))
        .replace(/\s+/g, ' ')
        .replace(/ ?([<>]|\/>) ?/g, '$1')
        .trim();
      return `export default ${JSON.stringify(svg)}`;
    },
  };
}

/** Sections and single keys of the catalogue that joining and capturing use; everything else comes when it is needed. */
const FIRST_WORDS = new Set([
  'badge', 'banner', 'capture', 'feeling', 'join', 'nav', 'observations', 'photo', 'pin', 'ui', 'undo',
  'update', 'where', 'find.drafts', 'find.draft_photos', 'find.draft_empty', 'find.draft_edit',
  'find.unanswered', 'find.yours_first', 'find.uncovered', 'find.question', 'problem.offline', 'problem.unknown',
]);

type Section = Record<string, unknown>;

/** The part of the catalogue that is loaded first, or the rest of it. */
function part(catalogue: Record<string, Section>, isRest: boolean): Record<string, Section> {
  const isWanted = (section: string, name: string) =>
    (FIRST_WORDS.has(section) || FIRST_WORDS.has(`${section}.${name}`)) !== isRest;
  const sections = Object.entries(catalogue).map(([section, names]): [string, Section] => [
    section,
    Object.fromEntries(Object.entries(names).filter(([name]) => isWanted(section, name))),
  ]);
  return Object.fromEntries(sections.filter(([, names]) => Object.keys(names).length));
}

/** Splits a language in two: `fi.json` has the words of the first screens, `fi.json?rest` all the others. */
export function catalogueInTwo(): Plugin {
  return {
    name: 'catalogue-in-two',
    enforce: 'pre',
    load(id) {
      const [, file, rest] = /^(.*\/locale\/(?:fi|sv|en)\.json)(\?rest)?$/.exec(id) ?? [];
      if (!file) return null;
      this.addWatchFile(file);
      const catalogue = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Section>;
      return { code: `export default ${JSON.stringify(part(catalogue, !!rest))}`, moduleType: 'js' };
    },
    generateBundle(_options, bundle) {
      const first = Object.values(bundle).filter((chunk) => chunk.type === 'chunk').find((chunk) => chunk.name === 'first');
      for (const [id, { code }] of Object.entries(first?.modules ?? {})) {
        for (const [, key, section] of code?.matchAll(/\bt\(["'`](([a-z_]+)\.\w*)/g) ?? []) {
          const isFirst = FIRST_WORDS.has(section!) || FIRST_WORDS.has(key!);
          if (!isFirst) throw new Error(`${id} says ${key} before its words are loaded`);
        }
      }
    },
  };
}

interface ModuleLookup {
  getModuleInfo(id: string): { importedIds: string[] } | null;
}

/** Names the chunk of everything that the entry imports at once: one file compresses better than thirty. */
export function inOneChunk(entry: string): (id: string, lookup: ModuleLookup) => string | null {
  const first = new Set<string>();
  return (id, lookup) => {
    const open = first.size ? [] : [entry];
    for (const next of open) {
      if (first.has(next)) continue;
      first.add(next);
      open.push(...(lookup.getModuleInfo(next)?.importedIds ?? []));
    }
    return first.has(id) ? 'first' : null;
  };
}

/** Loads chunks our way (src/ui/chunk.ts); the build fails when a new version of Vite has another way. */
export function ownChunks(chunk: string): Plugin {
  const HELPER = '\0vite/preload-helper.js';
  return {
    name: 'own-chunks',
    enforce: 'pre',
    apply: 'build',
    load(id) {
      return id === HELPER ? `export { chunk as __vitePreload } from ${JSON.stringify(chunk)}` : null;
    },
    generateBundle() {
      if (!this.getModuleInfo(HELPER)?.importedIds.includes(chunk)) throw new Error('Vite loads chunks in another way');
    },
  };
}

/** Builds src/sw.ts into sw.js, with the list of all files and an id over them and the shell's template. */
export function serviceWorker(base: string, template: string): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: 'src/sw.ts', fileName: 'sw.js' });
    },
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('sw.ts was not built');
      const names = Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort();
      const hash = createHash('sha256').update(readFileSync(template)).update(worker.code);
      for (const name of names) hash.update(name);
      const build = { id: hash.digest('hex').slice(0, 16), files: names.map((name) => base + name) };
      worker.code = worker.code.replace('{{BUILD}}', JSON.stringify(build));
    },
  };
}

/** Leaves a .br and a .gz beside each script and style sheet: the server sends whichever the browser takes. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css)$/.test(name))) {
        const content = readFileSync(join(dir!, name));
        writeFileSync(join(dir!, `${name}.br`), brotliCompressSync(content));
        writeFileSync(join(dir!, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** Copies the API page's scripts, so that nothing comes from elsewhere. */
export function apiPage(from: string): Plugin {
  const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE'];
  return {
    name: 'api-page',
    apply: 'build',
    writeBundle({ dir }) {
      const to = join(dir!, 'docs');
      mkdirSync(to, { recursive: true });
      for (const file of FILES) copyFileSync(join(from, file), join(to, file));
    },
  };
}
