import type { Instant } from '../../domain/instant.ts';

/**
 * Who fails to prove a password again and again is not listened to for a while, and longer each time.
 * Counted by source address and by account. Neither count touches an account at a source where it was proved before: or
 * anybody could lock a colleague out, and one phone with an old password a whole school behind its NAT. Such a pair has
 * a count of its own, and loses its standing when it fails too often.
 */
export class Silence {
  readonly #failures = new Map<string, Failures>();
  /** Accounts that were proved at a source, and how often they failed there since. */
  readonly #proved = new Map<string, number>();
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  /** Seconds that this account is not listened to yet at this source. 0: speak. */
  seconds(source: string, account: string): number {
    if (this.#proved.has(pairKey(source, account))) return 0;
    const at = this.#now();
    const until = Math.max(
      this.#failures.get(sourceKey(source))?.silentUntil ?? 0,
      this.#failures.get(accountKey(account))?.silentUntil ?? 0,
    );
    return until > at ? Math.ceil((until - at) / 1_000) : 0;
  }

  failed(source: string, account: string): void {
    const pair = pairKey(source, account);
    const failures = this.#proved.get(pair);
    if (failures === undefined) {
      this.#count(sourceKey(source), sourceFailuresAtMost);
      this.#count(accountKey(account), accountFailuresAtMost);
    } else if (failures + 1 < provedFailuresAtMost) {
      this.#proved.set(pair, failures + 1);
    } else {
      this.#proved.delete(pair);
    }
  }

  proved(source: string, account: string): void {
    keep(this.#proved, pairKey(source, account), 0);
  }

  #count(key: string, atMost: number): void {
    const before = this.#failures.get(key);
    const at = this.#now();
    const old = before !== undefined && at - before.silentUntil > forgetAfterMs;
    const count = (old ? 0 : (before?.count ?? 0)) + 1;
    const beyond = count - atMost;
    const seconds = beyond < 0 ? 0 : Math.min(longestSeconds, firstSeconds * 2 ** Math.min(beyond, 20));
    keep(this.#failures, key, { count, silentUntil: at + seconds * 1_000 });
  }
}

interface Failures {
  readonly count: number;
  readonly silentUntil: Instant;
}

/** A site behind one address has many phones; one wrong password among them must not silence it soon. */
const sourceFailuresAtMost = 20;
const accountFailuresAtMost = 8;
const provedFailuresAtMost = 20;
const firstSeconds = 2;
const longestSeconds = 900;
const forgetAfterMs = 900_000;
const keptAtMost = 20_000;

const sourceKey = (source: string): string => `s ${source}`;
const accountKey = (account: string): string => `a ${account}`;
const pairKey = (source: string, account: string): string => `${source} ${account}`;

/** The least recently kept is forgotten first. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= keptAtMost) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}
