/** How a party keys its sound: not at all, with keys in the description (RFC 4568), or by a handshake, as browsers do (RFC 5763). */
export type Keying = 'plain' | 'keys' | 'handshake';

/** What the first sound of a description is keyed with; `undefined` when it describes none. */
export function keyingOf(description: string | undefined): Keying | undefined {
  const protocol = /^m=audio \d+(?:\/\d+)? (\S+)/m.exec(description ?? '')?.[1]?.toUpperCase();
  if (protocol === undefined) return undefined;
  if (protocol.includes('TLS')) return 'handshake';
  return protocol.includes('SAVP') ? 'keys' : 'plain';
}

/** Who is rung: a page in a browser knows nothing but the handshake, a trunk nothing but plain sound; a phone may know keys. */
export type Rung = 'browser' | 'phone' | 'trunk';

/**
 * What the media server has to offer so that both ends understand each other; `undefined`: they do by themselves, and the sound
 * goes straight. An INVITE without an offer leaves it to whoever is rung, and only a browser's would not be understood.
 */
export function offeredBetween(caller: Keying | undefined, rung: Rung): Keying | undefined {
  if (rung === 'browser') return caller === 'handshake' ? undefined : 'handshake';
  if (caller === 'handshake') return 'plain';
  return caller === 'keys' && rung === 'trunk' ? 'plain' : undefined;
}
