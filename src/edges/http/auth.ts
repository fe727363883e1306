import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Does the `Authorization` header bear the token? Takes the same time whatever is wrong with it. */
export function bearerCheck(token: string): (header: string | undefined) => boolean {
  const expected = digest(token);
  return (header) => {
    const given = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header ?? '')?.[1];
    return timingSafeEqual(digest(given ?? ''), expected) && given !== undefined;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Did somebody on this very machine ask, and not a proxy for somebody else, nor a web page whose name was made to
 * point here (then `Host` is a name)?
 */
export function isFromThisMachine(asked: {
  readonly address: string | undefined;
  readonly host: string | undefined;
  readonly isForwarded: boolean;
}): boolean {
  if (asked.isForwarded || asked.address === undefined) return false;
  const name = (asked.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return isLoopback(asked.address) && (name === 'localhost' || isIP(name) !== 0);
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.');
}
