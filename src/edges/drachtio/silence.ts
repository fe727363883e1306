import type { Instant } from '../../domain/instant.ts';

/**
 * Who fails to prove a password again and again is not listened to for a while, and longer each time.
 * Counted by source address and by account; the account's count does not touch a source that has proved it before, or
 * anybody could lock a colleague out.
 */
export class Silence {
  readonly #failures = new Map<string, Failures>();
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  /** Seconds that this source, or this account, is not listened to yet. 0: speak. */
  seconds(source: string, account: string): number {
    const at = this.#now();
    const proved = this.#failures.get(provedKey(source, account)) !== undefined;
    const until = Math.max(
      this.#failures.get(sourceKey(source))?.silentUntil ?? 0,
      proved ? 0 : (this.#failures.get(accountKey(account))?.silentUntil ?? 0),
    );
    return until > at ? Math.ceil((until - at) / 1_000) : 0;
  }

  failed(source: string, account: string): void {
    this.#count(sourceKey(source), sourceFailuresAtMost);
    this.#count(accountKey(account), accountFailuresAtMost);
  }

  proved(source: string, account: string): void {
    this.#failures.delete(sourceKey(source));
    this.#keep(provedKey(source, account), { count: 0, silentUntil: 0 });
  }

  #count(key: string, atMost: number): void {
    const before = this.#failures.get(key);
    const at = this.#now();
    const old = before !== undefined && at - before.silentUntil > forgetAfterMs;
    const count = (old ? 0 : (before?.count ?? 0)) + 1;
    const beyond = count - atMost;
    const seconds = beyond < 0 ? 0 : Math.min(longestSeconds, firstSeconds * 2 ** Math.min(beyond, 20));
    this.#keep(key, { count, silentUntil: at + seconds * 1_000 });
  }

  /** The least recently counted is forgotten first. */
  #keep(key: string, failures: Failures): void {
    this.#failures.delete(key);
    this.#failures.set(key, failures);
    if (this.#failures.size <= keptAtMost) return;
    const oldest = this.#failures.keys().next().value;
    if (oldest !== undefined) this.#failures.delete(oldest);
  }
}

interface Failures {
  readonly count: number;
  readonly silentUntil: Instant;
}

/** A site behind one address has many phones; one wrong password among them must not silence it soon. */
const sourceFailuresAtMost = 20;
const accountFailuresAtMost = 8;
const firstSeconds = 2;
const longestSeconds = 900;
const forgetAfterMs = 900_000;
const keptAtMost = 20_000;

const sourceKey = (source: string): string => `s ${source}`;
const accountKey = (account: string): string => `a ${account}`;
const provedKey = (source: string, account: string): string => `p ${source} ${account}`;
