import type { Instant } from '../../domain/instant.ts';

/** A password that was not right, or an account that nobody has: the two look alike here as well. */
export interface WrongPassword {
  readonly source: string;
  readonly account: string;
  readonly userAgent: string;
}

/** Tells of wrong passwords: once a minute for each source at most, and of so many sources a minute. Metrics count them all. */
export class WrongPasswords {
  /** When each source was told of, oldest first. */
  readonly #told = new Map<string, Instant>();
  readonly #now: () => Instant;
  readonly #tell: (wrong: WrongPassword) => void;

  constructor(now: () => Instant, tell: (wrong: WrongPassword) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  came({ source, account, userAgent }: WrongPassword): void {
    const at = this.#now();
    for (const [known, toldAt] of this.#told) {
      if (Math.abs(at - toldAt) < quietMs) break;
      this.#told.delete(known);
    }
    if (this.#told.has(source) || this.#told.size >= sourcesAtMost) return;
    this.#told.set(source, at);
    this.#tell({ source, account, userAgent: userAgent.slice(0, nameAtMost) });
  }
}

const quietMs = 60_000;
const sourcesAtMost = 100;
const nameAtMost = 60;
