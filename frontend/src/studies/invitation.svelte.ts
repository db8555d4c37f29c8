/**
 * The visit code of a study as its lead hands it out. The server makes it; what it said last is kept on
 * this device, so that a lead without a network can still tell it to the people who stand there.
 */
import { api, ApiError } from '../api/client';
import { recall, remember } from '../local/db';

export interface Code {
  code: string;
  link: string;
  expires_at: string;
  is_expired: boolean;
}

export class Invitation {
  current = $state.raw<Code | null>(null);
  /** A code of the catalogue of problems, or `offline`; null when all is well. */
  problem = $state<string | null>(null);

  constructor(
    private readonly study: string,
    private readonly role: 'member' | 'guest' = 'member',
  ) {}

  /** Show what is known at once, then ask the server. */
  async load(): Promise<void> {
    this.current = (await recall<Code>(this.key)) ?? null;
    await this.take(() => api.get<Code>(`${this.path}?role=${this.role}`));
  }

  /** A new code; the old one, its link and poster stop working at once. */
  async renew(): Promise<void> {
    await this.take(() => api.post<Code>(this.path, { role: this.role }));
  }

  private get path(): string {
    return `/studies/${this.study}/code`;
  }

  private get key(): string {
    return this.role === 'member' ? `invitation-${this.study}` : `invitation-${this.study}-guest`;
  }

  private async take(ask: () => Promise<Code>): Promise<void> {
    try {
      this.current = await ask();
      this.problem = null;
      await remember(this.key, { ...this.current });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.code;
    }
  }
}

/** Where the server draws the QR code; a new code has a new address, so that no old picture stays. */
export function qrPath(study: string, code: Code, role: 'member' | 'guest' = 'member'): string {
  return `/api/v1/studies/${study}/qr.svg?role=${role}&of=${encodeURIComponent(code.code)}`;
}

/** The code in two halves, as people read it to each other. */
export function spelled(code: Code): string {
  const half = Math.ceil(code.code.length / 2);
  return `${code.code.slice(0, half)} ${code.code.slice(half)}`;
}

/** Whether the link leads to this very computer, where no phone finds anything. */
export function isOnlyHere(code: Code): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(code.link).hostname);
}

/** The address without the code, as one would type it. */
export function typedAddress(code: Code): string {
  const { host } = new URL(code.link);
  return host;
}
