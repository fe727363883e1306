/** Branches, tags and ids nobody can guess (RFC 3261 §19.3: at least 32 random bits; here 80 and more). */
import { randomFillSync, randomUUID } from 'node:crypto';
import { cookie } from '../../protocol/sip/headers/via.ts';

const pool = Buffer.alloc(8192);
let used = pool.length;

/** `bytes` random bytes in hexadecimal. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('hex', used, used + bytes);
  used += bytes;
  return text;
}

export function newBranch(): string {
  return `${cookie}${randomHex(12)}`;
}

export function newTag(): string {
  return randomHex(10);
}

export function newId(): string {
  return randomUUID();
}
