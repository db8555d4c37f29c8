/**
 * The PDF jobs of one study, as the server tells them. Nothing is kept here: who leaves and comes back,
 * on this device or another, finds the same jobs with the progress they have made meanwhile.
 */
import { api, ApiError } from '../api/client';
import type { Language } from '../local/identity';

export interface Report {
  id: string;
  state: 'waiting' | 'working' | 'done' | 'failed';
  /** From 0 to 1. */
  progress: number;
  problem?: string | null;
  /** Bytes, when done. */
  size: number | null;
  created_at: string;
  with_names: boolean;
  language: Language;
}

const ASK_AGAIN_MS = 700;
const ASK_AGAIN_OFFLINE_MS = 5_000;

/** True while the server still works on it. */
export function isUnfinished(report: Report): boolean {
  return report.state === 'waiting' || report.state === 'working';
}

/** Where a finished report is downloaded. */
export function downloadPath(report: Report): string {
  return `/api/v1/reports/${report.id}/pdf`;
}

export class Reports {
  /** Newest first. */
  list = $state.raw<Report[]>([]);
  /** A code from the catalogue of problems, or `offline`; null when all is well. */
  problem = $state<string | null>(null);
  isAsking = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(private readonly study: string) {}

  /** Ask what there is, and go on asking while something is in the making. */
  async load(): Promise<void> {
    await this.attempt(async () => {
      const known = await api.get<Report[]>(`/studies/${this.study}/reports`);
      // What was asked for while this was on its way is newer than all that it tells.
      this.list = [...this.list.filter(({ id }) => known.every((one) => one.id !== id)), ...known];
    });
    this.follow();
  }

  /** Have a new PDF made. */
  async make(withNames: boolean, language: Language): Promise<void> {
    this.isAsking = true;
    await this.attempt(async () => {
      const wish = { with_names: withNames, language };
      const made = await api.post<Report>(`/studies/${this.study}/reports`, wish);
      this.list = [made, ...this.list];
    });
    this.isAsking = false;
    this.follow();
  }

  /** Stop asking; the job itself goes on. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private follow(): void {
    clearTimeout(this.timer);
    if (this.isClosed || !this.list.some(isUnfinished)) return;
    const pause = this.problem === 'offline' ? ASK_AGAIN_OFFLINE_MS : ASK_AGAIN_MS;
    this.timer = setTimeout(() => void this.refresh(), pause);
  }

  private async refresh(): Promise<void> {
    await this.attempt(async () => {
      const fresh = await Promise.all(
        this.list.filter(isUnfinished).map((report) => api.get<Report>(`/reports/${report.id}`)),
      );
      this.list = this.list.map((old) => fresh.find(({ id }) => id === old.id) ?? old);
    });
    this.follow();
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.code;
    }
  }
}
