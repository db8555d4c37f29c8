import { expect, it, vi } from 'vitest';
import { Reports, type Report } from './reports.svelte';

const MADE: Report = {
  id: 'made', state: 'waiting', progress: 0, size: null, created_at: '2017-10-03T10:00:00Z', with_names: true, language: 'fi',
};

it('keeps a report that was asked for before the list of earlier ones had come', async () => {
  const answers: Record<string, (report: unknown) => void> = {};
  vi.stubGlobal('fetch', (_path: string, { method }: RequestInit) =>
    new Promise<Response>((resolve) => (answers[method!] = (body) => resolve(Response.json(body)))),
  );
  const reports = new Reports('study');
  const [loaded, made] = [reports.load(), reports.make(true, 'fi')];
  answers.POST!(MADE);
  await made;
  answers.GET!([{ ...MADE, id: 'earlier', state: 'done' }]);
  await loaded;
  reports.close();
  expect(reports.list.map(({ id }) => id)).toEqual(['made', 'earlier']);
});
