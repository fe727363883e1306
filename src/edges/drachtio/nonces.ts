import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { freshNonce, isFresh, type NonceRecord } from '../../decide/proof.ts';
import type { Instant } from '../../domain/instant.ts';

/**
 * The nonces of our challenges. Each carries its time and is sealed with a key of this process, so that those which nobody
 * answers cost no memory: only a nonce that has been used is remembered, with the counts seen.
 */
export class Nonces {
  readonly #key = randomBytes(32);
  readonly #used = new Map<string, NonceRecord>();
  /** Nonces from before this instant may have been forgotten, so their counts are unknown: they are stale. */
  #forgottenUntil: Instant = 0;

  fresh(at: Instant): string {
    const head = `${at.toString(36)}.${randomBytes(9).toString('base64url')}`;
    return `${head}.${this.#seal(head)}`;
  }

  /** What we know of a nonce; undefined when it is none of ours, or was forgotten. */
  find(nonce: string): NonceRecord | undefined {
    const used = this.#used.get(nonce);
    if (used !== undefined) return used;
    const end = nonce.lastIndexOf('.');
    if (end < 0 || nonce.length > 80) return undefined;
    const head = nonce.slice(0, end);
    const seal = Buffer.from(nonce.slice(end + 1));
    const expected = Buffer.from(this.#seal(head));
    if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) return undefined;
    const issuedAt = Number.parseInt(head, 36);
    return issuedAt > this.#forgottenUntil ? freshNonce(issuedAt) : undefined;
  }

  /** Remembers which counts were used. */
  keep(nonce: string, record: NonceRecord): void {
    this.#used.set(nonce, record);
    if (this.#used.size <= keptAtMost) return;
    for (const [oldest, kept] of this.#used) {
      this.#forget(oldest, kept);
      return;
    }
  }

  /** Forgets what has expired. */
  sweep(nonceSeconds: number, at: Instant): void {
    for (const [nonce, record] of this.#used) if (!isFresh(record, nonceSeconds, at)) this.#forget(nonce, record);
  }

  /** Whoever reloads with a longer `nonceSeconds` makes forgotten nonces fresh again, and their counts could be used anew. */
  #forget(nonce: string, { issuedAt }: NonceRecord): void {
    this.#used.delete(nonce);
    this.#forgottenUntil = Math.max(this.#forgottenUntil, issuedAt);
  }

  #seal(head: string): string {
    return createHmac('sha256', this.#key).update(head).digest('base64url').slice(0, 22);
  }
}

const keptAtMost = 50_000;
