/** Branches, tags and ids nobody can guess (RFC 3261 §19.3: at least 32 random bits; here 80 and more). */
import { randomBytes, randomUUID } from 'node:crypto';
import { cookie } from '../../protocol/sip/headers/via.ts';

const poolBytes = 1024;
let pool = '';
let used = 0;

/** `bytes` random bytes in hexadecimal, cut from a pool: asking for each would cost a system call. */
export function randomHex(bytes: number): string {
  if (used + 2 * bytes > pool.length) {
    pool = randomBytes(poolBytes).toString('hex');
    used = 0;
  }
  used += 2 * bytes;
  return pool.slice(used - 2 * bytes, used);
}

export function newBranch(): string {
  return `${cookie}${randomHex(12)}`;
}

export function newTag(): string {
  return randomHex(10);
}

/** An id like a UUID, unique and not secret: a random beginning for each process, then a number. */
export function newId(): string {
  ids += 1;
  return idPrefix + ids.toString(16);
}

const idPrefix = randomUUID().slice(0, 24);
/** Twelve hexadecimal digits from the first to the last. */
let ids = 0x100000000000;
