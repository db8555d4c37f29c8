/**
 * Loads a chunk together with the files that it needs. The build puts this in the place of Vite's own, which asks for a
 * style sheet only once: after a failure it would go on without.
 */
const styles = new Map<string, Promise<void>>();

/** Ask for all `files`, and for the chunk once its style sheets stand. What failed is asked for again the next time. */
export async function chunk<T>(load: () => Promise<T>, files: string[]): Promise<T> {
  await Promise.all(files.map((file) => styles.get(file) ?? ask(file, import.meta.env.BASE_URL + file)));
  return load();
}

function ask(file: string, href: string): Promise<void> | undefined {
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement('link');
  link.href = href;
  link.rel = file.endsWith('.css') ? 'stylesheet' : 'modulepreload';
  if (link.rel === 'stylesheet') styles.set(file, standing(link, file));
  document.head.append(link);
  return styles.get(file);
}

function standing(link: HTMLLinkElement, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      styles.delete(file);
      reject(new Error(`${file} did not come`));
    };
  });
}
