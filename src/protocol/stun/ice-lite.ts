import { hasGoodFingerprint, isAuthenticStun, type StunHmac, sealStun } from './integrity.ts';
import { ATTRIBUTE, putUint16, readStun, type StunMessage, stunAttribute, writeStun } from './message.ts';

/** What an ICE-lite agent (RFC 8445 §2.5) knows: it answers checks and never makes any. */
export interface IceLite {
  readonly localUfrag: string;
  readonly remoteUfrag: string;
  readonly hmac: StunHmac;
}

/** What came of a packet. `isNominated`: the peer has chosen this path (USE-CANDIDATE), media go there. */
export type IceVerdict =
  | { readonly is: 'answer'; readonly reply: Uint8Array; readonly isNominated: boolean }
  | { readonly is: 'refusal'; readonly reply: Uint8Array }
  | { readonly is: 'ignored' };

/** Answers a connectivity check (RFC 8445 §7.3). A reply goes to the address it came from and nowhere else. */
export function answerCheck(
  packet: Uint8Array,
  from: { readonly address: string; readonly port: number },
  ice: IceLite,
): IceVerdict {
  const message = readStun(packet);
  if (message === undefined || message.type !== 'binding request' || !hasGoodFingerprint(packet, message))
    return IGNORED;
  const username = stunAttribute(message, ATTRIBUTE.username);
  if (username === undefined || stunAttribute(message, ATTRIBUTE.messageIntegrity) === undefined) {
    return refusal(message, 400, 'Bad Request');
  }
  const isOurs = text(username.value) === `${ice.localUfrag}:${ice.remoteUfrag}`;
  if (!isOurs || !isAuthenticStun(packet, message, ice.hmac)) return refusal(message, 401, 'Unauthenticated');
  // RFC 8445 §7.3.1.1: a lite agent is always controlled; a peer that says so too must change its mind.
  if (stunAttribute(message, ATTRIBUTE.iceControlled) !== undefined) return conflict(message, ice);
  const mapped = { type: ATTRIBUTE.xorMappedAddress, value: xorAddress(from.address, from.port, message.transaction) };
  return {
    is: 'answer',
    reply: sealStun(writeStun('binding response', message.transaction, [mapped]), ice.hmac),
    isNominated: stunAttribute(message, ATTRIBUTE.useCandidate) !== undefined,
  };
}

const IGNORED: IceVerdict = { is: 'ignored' };

/** Without integrity, since the two do not share a password as it seems (RFC 8489 §9.1.3). */
function refusal(message: StunMessage, code: number, reason: string): IceVerdict {
  return { is: 'refusal', reply: writeStun('binding error', message.transaction, [errorCode(code, reason)]) };
}

function conflict(message: StunMessage, ice: IceLite): IceVerdict {
  const error = writeStun('binding error', message.transaction, [errorCode(487, 'Role Conflict')]);
  return { is: 'refusal', reply: sealStun(error, ice.hmac) };
}

function errorCode(code: number, reason: string): { readonly type: number; readonly value: Uint8Array } {
  const value = Uint8Array.of(0, 0, Math.floor(code / 100), code % 100, ...new TextEncoder().encode(reason));
  return { type: ATTRIBUTE.errorCode, value };
}

/** RFC 8489 §14.2: the port is crossed with the cookie, the address with cookie and transaction. */
function xorAddress(address: string, port: number, transaction: Uint8Array): Uint8Array {
  const octets = address.includes(':') ? ipv6Octets(address) : address.split('.').map(Number);
  const key = [0x21, 0x12, 0xa4, 0x42, ...transaction];
  const value = new Uint8Array(4 + octets.length);
  value[1] = octets.length === 4 ? 1 : 2;
  putUint16(value, 2, port ^ 0x2112);
  for (const [i, octet] of octets.entries()) value[4 + i] = octet ^ (key[i] ?? 0);
  return value;
}

function ipv6Octets(address: string): readonly number[] {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const middle = new Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0);
  return [...front, ...middle, ...back].slice(0, 8).flatMap((group) => [group >> 8, group & 255]);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
