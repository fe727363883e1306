import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const saltBytes = 16;
const hashBytes = 32;
/** Some 16 MiB and 50 ms a try (RFC 7914 §2). */
const cost = { N: 16_384, r: 8, p: 1 };

/** PINs as they are kept: `scrypt:<salt>:<hash>`, never in the clear. */
export const pins = {
  async hash(pin: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return `scrypt:${salt.toString('base64url')}:${(await derived(pin, salt)).toString('base64url')}`;
  },
  /** The same work for a hash that is none. */
  async fits(pin: string, hash: string): Promise<boolean> {
    const [, salt = '', kept = ''] = hash.split(':');
    const made = await derived(pin, Buffer.from(salt, 'base64url'));
    const expected = Buffer.from(kept, 'base64url');
    return expected.length === hashBytes && timingSafeEqual(made, expected);
  },
};

function derived(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, hashBytes, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
