import type { KeySource } from './leg.ts';

/**
 * So long after one way of telling a key the other may follow: the jitter buffer and the end of the tone hold back what is heard,
 * lost end packets what is told (RFC 4733 §2.5.2.2).
 */
const TWIN_MS = 500;
/** Told and not yet told again; nobody presses more in half a second. */
const AT_MOST = 16;

interface Told {
  readonly key: string;
  readonly source: KeySource;
  readonly at: number;
}

/**
 * Gateways send a key both as a tone and as an event, all the time or for the beginning of the tone, and some tell it by INFO as
 * well: it is one key. What one way has told is taken from what another tells next, so that a key pressed twice stays two.
 */
export class TwinKeys {
  #told: readonly Told[] = [];

  /**
   * Was this key told in another way already? Else it is remembered.
   * @param durationMs for how long it was pressed: what else was told of it may be older by as much
   */
  isTwin(key: string, source: KeySource, durationMs: number, at: number): boolean {
    const twin = this.#told.find(
      (one) => one.key === key && one.source !== source && at - one.at <= TWIN_MS + durationMs,
    );
    if (twin === undefined) this.#told = [...this.#told.slice(1 - AT_MOST), { key, source, at }];
    else this.#told = this.#told.filter((one) => one !== twin);
    return twin !== undefined;
  }
}
