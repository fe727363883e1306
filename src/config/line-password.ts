import { createHmac } from 'node:crypto';
import type { LineId } from '../domain/ids.ts';

/** Small letters and digits without those that look alike: no i, l, 1, o, 0. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const length = 20;
/** Bytes from here on would make the first letters likelier than the others. */
const fairBelow = 256 - (256 % alphabet.length);

/**
 * The password of a line's account: 20 characters (99 bits) that a person can read out and type, derived from the master key by
 * HMAC-SHA-256, so that nothing needs to be stored. A new `generation` gives a new one.
 */
export function linePassword(masterKey: string, line: LineId, generation = 0): string {
  let password = '';
  for (let block = 0; password.length < length; block += 1) {
    const text = `line password\0${line}\0${generation}\0${block}`;
    for (const byte of createHmac('sha256', Buffer.from(masterKey, 'hex')).update(text).digest()) {
      if (byte < fairBelow && password.length < length) password += alphabet.charAt(byte % alphabet.length);
    }
  }
  return password;
}
