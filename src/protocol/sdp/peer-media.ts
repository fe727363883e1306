import type { CryptoLine } from '../srtp/sdes.ts';
import { readCryptoLine } from '../srtp/sdes.ts';
import { attribute, attributes, type MediaDescription, type SessionDescription } from './description.ts';
import type { PeerDtls, Remote } from './negotiated.ts';

/** How the packets of a line travel. */
export type TransportKind = 'plain' | 'sdes' | 'dtls';

const PROTOCOLS: ReadonlyMap<string, TransportKind> = new Map([
  ['RTP/AVP', 'plain'],
  ['RTP/AVPF', 'plain'],
  ['RTP/SAVP', 'sdes'],
  ['RTP/SAVPF', 'sdes'],
  ['UDP/TLS/RTP/SAVP', 'dtls'],
  ['UDP/TLS/RTP/SAVPF', 'dtls'],
]);
const MAX_CRYPTO_LINES = 16;
const MAX_PTIME_MS = 60;

/** Undefined for protocols that we do not know (udptl, TCP …). A browser may say `RTP/SAVPF` and mean DTLS. */
export function transportKind(session: SessionDescription, media: MediaDescription): TransportKind | undefined {
  const kind = PROTOCOLS.get(media.protocol.toUpperCase());
  return kind === 'sdes' && peerDtls(session, media) !== undefined && cryptoLines(media).length === 0 ? 'dtls' : kind;
}

/** Where the peer wants its RTP; undefined when nowhere: port 0, or the old way of hold (RFC 3264 §8.4). */
export function remoteOf(session: SessionDescription, media: MediaDescription): Remote | undefined {
  const address = (media.connection ?? session.connection)?.address;
  if (address === undefined || media.port === 0 || isNowhere(address)) return undefined;
  return { address, port: media.port };
}

export function isOldHold(session: SessionDescription, media: MediaDescription): boolean {
  const address = (media.connection ?? session.connection)?.address;
  return address !== undefined && isNowhere(address);
}

/** `a=rtcp:port [IN IP4 address]` (RFC 3605), else the port after RTP. */
export function remoteRtcpOf(remote: Remote, media: MediaDescription, isMuxed: boolean): Remote {
  if (isMuxed) return remote;
  const [port = '', , , address] = attribute(media, 'rtcp')?.split(/ +/) ?? [];
  const isGood = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65_535;
  return { address: address ?? remote.address, port: isGood ? Number(port) : Math.min(remote.port + 1, 65_535) };
}

/** Packet length the peer asks for, within what we can do. */
export function ptimeOf(media: MediaDescription, ours: number): number {
  const asked = Number(attribute(media, 'ptime'));
  const most = Number(attribute(media, 'maxptime')) || MAX_PTIME_MS;
  const wanted = Number.isFinite(asked) && asked > 0 ? asked : ours;
  const steps = Math.floor(Math.min(wanted, most, MAX_PTIME_MS) / 10);
  return Math.max(1, steps) * 10;
}

export function cryptoLines(media: MediaDescription): readonly CryptoLine[] {
  const lines = attributes(media, 'crypto').slice(0, MAX_CRYPTO_LINES).map(readCryptoLine);
  return lines.filter((line): line is CryptoLine => line !== undefined);
}

export function peerDtls(session: SessionDescription, media: MediaDescription): PeerDtls | undefined {
  const one = (name: string) => attribute(media, name) ?? attribute(session, name);
  const [hash = '', value = ''] = one('fingerprint')?.trim().split(/ +/) ?? [];
  const setup = one('setup') ?? 'actpass';
  const iceUfrag = one('ice-ufrag') ?? '';
  const icePwd = one('ice-pwd') ?? '';
  const isGood = /^([0-9A-Fa-f]{2}:){15,63}[0-9A-Fa-f]{2}$/.test(value) && iceUfrag.length >= 4 && icePwd.length >= 22;
  if (!isGood || (setup !== 'active' && setup !== 'passive' && setup !== 'actpass')) return undefined;
  return { fingerprint: { hash: hash.toLowerCase(), value: value.toUpperCase() }, setup, iceUfrag, icePwd };
}

function isNowhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
