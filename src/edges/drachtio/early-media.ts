import { header, list } from './read.ts';
import type { SipMessage } from './srf.ts';

/** RFC 5009 §4: we heed what is said of early media. */
export const earlyMediaSupported = { 'P-Early-Media': 'supported' };

/**
 * Is the sound of a provisional response meant for the caller (RFC 5009 §6)? `inactive` and `recvonly` say that none comes to them,
 * and then they are to hear ringing of their own. Asked of trunks only: nobody else is believed (§8). Who says nothing is heard.
 */
export function isMeantToBeHeard(response: SipMessage): boolean {
  const directions = list(header(response, 'P-Early-Media')).map(
    (one) => one.split(';')[0]?.trim().toLowerCase() ?? '',
  );
  const known = directions.filter((one) => allDirections.has(one));
  return known.length === 0 || known.some((one) => one === 'sendrecv' || one === 'sendonly');
}

const allDirections: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);
