import type { MediaWish } from '../../call/media/ports.ts';

export type Offers = Extract<MediaWish, { readonly offers: unknown }>['offers'];

/** How the server is told in the INVITE without a description: a header that becomes a variable of its channel. */
export const offerHeaders: Readonly<Record<Offers, Readonly<Record<string, string>>>> = {
  plain: {},
  keys: { 'X-Secure-RTP': 'true' },
  handshake: { 'X-Secure-RTP': 'dtls' },
};

/**
 * Nobody was answered yet: who only listens until then is not taken for gone. Our own engine knows it; elsewhere it is a variable that means
 * nothing.
 */
export const unanswered: Readonly<Record<string, string>> = { 'X-Unanswered': 'true' };
export const unansweredVariable = 'sip_h_X-Unanswered';

/** What that header said. */
export function offersOf(secureRtp: unknown): Offers {
  if (secureRtp === 'dtls') return 'handshake';
  return secureRtp === undefined ? 'plain' : 'keys';
}

/** What the line of the sound says of its transport (RFC 3551, 3711, 5764). */
const transports: Readonly<Record<Offers, RegExp>> = {
  plain: /^m=audio \d+ RTP\/AVPF? /,
  keys: /^m=audio \d+ RTP\/SAVPF? /,
  handshake: /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF? /,
};

/**
 * The offer that a phone is shown. A FreeSWITCH that was not told otherwise offers every call twice over one port, first with keys and then
 * without (best-effort SRTP): many phones take such a pair for two streams, and those that know keys would take them. So one line
 * of sound is kept, the one that was asked for. `undefined`: the server makes no such offer.
 */
export function wantedOffer(offers: Offers, sdp: string): string | undefined {
  const { session, media, wanted } = divided(offers, sdp);
  const section = media[wanted];
  if (section === undefined) return undefined;
  return session + (offers === 'keys' ? section : section.replaceAll(/^a=crypto:.*\r?\n/gm, ''));
}

/**
 * The answer that the server is given before a phone has given one: its own words back, as of somebody who only listens, which both kinds of
 * server take for nobody. What was not asked for is refused in its place (RFC 3264 §6), or a FreeSWITCH would take keys of its own
 * for those of the phone, and never speak without them again.
 */
export function placeholderAnswer(offers: Offers, sdp: string): string {
  const { session, media, wanted } = divided(offers, sdp);
  const listening = session.replace(/^a=(sendrecv|sendonly|recvonly|inactive)\r?\n/gm, '');
  const sections = media.map((section, at) => (at === Math.max(0, wanted) ? section : refused(section)));
  return `${listening}a=recvonly\r\n${sections.join('')}`;
}

function divided(offers: Offers, sdp: string) {
  const [session = '', ...media] = sdp.split(/^(?=m=)/m);
  return { session, media, wanted: media.findIndex((section) => transports[offers].test(section)) };
}

/** The line alone, with port 0. */
function refused(section: string): string {
  const line = section.slice(0, section.indexOf('\n') + 1);
  return line.replace(/^(m=\S+) \d+/, '$1 0');
}
