/** Making a study: the one thing of preparing that needs the server, which knows the templates and who may. */
import { api } from '../api/client';
import { recall, remember } from '../local/db';
import type { Language } from '../local/identity';
import { wakeEngine } from '../sync/outbox';

export const TEMPLATES = ['hardware_store', 'library', 'empty'] as const;
export type Template = (typeof TEMPLATES)[number];

export interface Team {
  id: string;
  name: string;
  role: 'lead' | 'member';
}

export interface NewStudy {
  template: Template;
  language: Language;
  title?: string;
  team?: string;
}

/** The teams in which this person may make studies, as last told by the server. */
export async function knownTeams(): Promise<Team[]> {
  return ((await recall<Team[]>('teams')) ?? []).filter(({ role }) => role === 'lead');
}

/** Asks the server anew and remembers; throws `ApiError` without a connection. */
export async function askTeams(): Promise<Team[]> {
  await remember('teams', await api.get<Team[]>('/teams'));
  return knownTeams();
}

/** Makes the study and sends for its records; gives its id. */
export async function createStudy(wish: NewStudy): Promise<string> {
  const { id } = await api.post<{ id: string }>('/studies', wish);
  wakeEngine();
  return id;
}
