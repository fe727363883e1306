/** How a party keys its sound: not at all, with keys in the description (RFC 4568), or by a handshake, as browsers do (RFC 5763). */
export type Keying = 'plain' | 'keys' | 'handshake';

/** What the first sound of a description is keyed with; `undefined` when it describes none. */
export function keyingOf(description: string | undefined): Keying | undefined {
  const protocol = /^m=audio \d+(?:\/\d+)? (\S+)/m.exec(description ?? '')?.[1]?.toUpperCase();
  if (protocol === undefined) return undefined;
  if (protocol.includes('TLS')) return 'handshake';
  return protocol.includes('SAVP') ? 'keys' : 'plain';
}

/** Where the first sound of a description is to be sent: the address of its own, or that of the whole (RFC 8866 §5.7). */
export function addressIn(description: string | undefined): string | undefined {
  const [whole = '', ...media] = description?.split(/^m=/m) ?? [];
  const sound = media.find((one) => one.startsWith('audio ')) ?? '';
  return addressLine.exec(sound)?.[1] ?? addressLine.exec(whole)?.[1];
}

const addressLine = /^c=IN IP4 ([\d.]{7,15})/m;

/**
 * True when sound is offered, and none of it is G.711: the one thing every telephone network and every phone knows. Static types
 * (RFC 3551 §6) need no `rtpmap`.
 */
export function isWithoutG711(description: string | undefined): boolean {
  const formats = /^m=audio \d+(?:\/\d+)? \S+((?: \d{1,3})+)/m
    .exec(description ?? '')?.[1]
    ?.trim()
    .split(' ');
  if (description === undefined || formats === undefined) return false;
  return !formats.includes('0') && !formats.includes('8') && !/^a=rtpmap:\d{1,3} PCM[AU]\//im.test(description);
}

/**
 * Is a phone behind a NAT? It is when it names an address that only means something where it is (RFC 1918, RFC 6598,
 * RFC 3927), and its requests come from another.
 */
export function isBehindNat(named: readonly (string | undefined)[], source: string): boolean {
  return named.some((address) => address !== undefined && address !== source && isPrivate(address));
}

function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    address,
  );
}
