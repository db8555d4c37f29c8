/** Three steps of the build that no package does our way: small icons, the service worker, the API page's files. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
