/** Which form was open, so that an app that the phone killed (behind its camera, say) opens there again. */
const KEY = 'benchmark.form';

/** A form at `path` has been opened. */
export function rememberForm(path: string): void {
  localStorage.setItem(KEY, path);
}

/** The form was left by its person. */
export function forgetForm(): void {
  localStorage.removeItem(KEY);
}

/** The path of the form that was open when the app went away. */
export function openForm(): string | null {
  return localStorage.getItem(KEY);
}
