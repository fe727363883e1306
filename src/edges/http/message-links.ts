import { createHmac, timingSafeEqual } from 'node:crypto';

/** Links to single messages, for letters: whoever holds one hears that message, and nothing else, until it expires. */
export interface MessageLinks {
  urlTo(message: string): string;
  /** `unknown`: it was not signed by us, or not with the secret of now. */
  read(link: string): { readonly is: 'good' | 'expired'; readonly message: string } | { readonly is: 'unknown' };
}

/** `days`: how long a link is good, from its making on. */
export interface LinkRules {
  readonly baseUrl: string;
  readonly days: number;
  readonly secret: string;
}

const dayMs = 86_400_000;
/** `MESSAGE~SECONDS~SIGNATURE`: its end in seconds since the epoch, base 36; the signature in hex, so that no mail reader takes its end for punctuation. */
const shape = /^([A-Za-z0-9-]{1,64})~([0-9a-z]{1,8})~([0-9a-f]{64})$/;

export function createMessageLinks({ baseUrl, days, secret }: LinkRules, now: () => number): MessageLinks {
  const signed = (message: string, ends: string): Buffer =>
    createHmac('sha256', secret).update(`message link\n${message}\n${ends}`).digest();
  return {
    urlTo(message) {
      const ends = Math.ceil((now() + days * dayMs) / 1_000).toString(36);
      return `${baseUrl}/messages/${message}~${ends}~${signed(message, ends).toString('hex')}`;
    },
    read(link) {
      const [, message, ends, signature] = shape.exec(link) ?? [];
      if (message === undefined || ends === undefined || signature === undefined) return { is: 'unknown' };
      const given = Buffer.from(signature, 'hex');
      if (!timingSafeEqual(given, signed(message, ends))) return { is: 'unknown' };
      return { is: Number.parseInt(ends, 36) * 1_000 < now() ? 'expired' : 'good', message };
    },
  };
}
