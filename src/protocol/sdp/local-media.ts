import type { MasterKey } from '../srtp/key-derivation.ts';
import type { SrtpSuite } from '../srtp/profiles.ts';
import { COMFORT_NOISE_TYPE, type CodecName, OUR_EVENT_TYPE, OUR_PAYLOAD_TYPE } from './codecs.ts';
import type { Attribute, Connection, Direction, SessionDescription } from './description.ts';

/** What our end of a call has to say of itself. */
export interface LocalMedia {
  /** The address the peer shall send to. */
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  /** `o=`: the identifier stays, the version grows with every change (RFC 3264 §8). */
  readonly sessionId: string;
  readonly version: number;
  /** What we speak, in our order; in an answer the offerer's order goes first. */
  readonly codecs: readonly CodecName[];
  readonly direction: Direction;
  readonly ptimeMs: number;
  readonly rtcpMux: boolean;
  readonly srtp: SrtpPolicy;
  readonly dtls?: LocalDtls;
  /** Make offers of ours for a browser: DTLS, ICE-lite (needs `dtls`). */
  readonly offersDtls?: boolean;
}

/** Suites by preference. `required`: plain RTP is refused. */
export interface SrtpPolicy {
  readonly use: 'never' | 'allowed' | 'required';
  readonly suites: readonly SrtpSuite[];
  /** What we encrypt with: the same key for a suite as long as the session lasts. */
  readonly master: (suite: SrtpSuite) => MasterKey;
}

/** Our certificate and ICE-lite credentials (RFC 8445 §2.5). */
export interface LocalDtls {
  readonly fingerprint: { readonly hash: string; readonly value: string };
  readonly iceUfrag: string;
  readonly icePwd: string;
}

export function connectionOf(address: string): Connection {
  return { family: address.includes(':') ? 'IP6' : 'IP4', address };
}

/** The frame of every description of ours, to be filled with media. */
export function localSession(
  local: LocalMedia,
  media: SessionDescription['media'],
  more: readonly Attribute[] = [],
): SessionDescription {
  const connection = connectionOf(local.address);
  return {
    origin: { user: 'Beffroi', sessionId: local.sessionId, version: String(local.version), connection },
    name: 'Beffroi',
    connection,
    attributes: more,
    media,
  };
}

/** The lines that say which codecs stand behind our own payload types. */
export function ourFormats(codecs: readonly CodecName[]): {
  readonly formats: readonly string[];
  readonly attributes: readonly Attribute[];
} {
  const types = codecs.map((codec) => OUR_PAYLOAD_TYPE[codec]);
  return {
    formats: [...types, OUR_EVENT_TYPE, COMFORT_NOISE_TYPE].map(String),
    attributes: [
      ...codecs.map((codec, i) => ({ name: 'rtpmap', value: `${types[i]} ${codec}/8000` })),
      { name: 'rtpmap', value: `${OUR_EVENT_TYPE} telephone-event/8000` },
      { name: 'fmtp', value: `${OUR_EVENT_TYPE} 0-15` },
      { name: 'rtpmap', value: `${COMFORT_NOISE_TYPE} CN/8000` },
    ],
  };
}

/** Our certificate, and the one candidate of an ICE-lite agent (RFC 8839 §5). */
export function dtlsAttributes(local: LocalMedia, dtls: LocalDtls, setup: 'passive' | 'actpass'): readonly Attribute[] {
  return [
    { name: 'setup', value: setup },
    { name: 'fingerprint', value: `${dtls.fingerprint.hash} ${dtls.fingerprint.value}` },
    { name: 'ice-ufrag', value: dtls.iceUfrag },
    { name: 'ice-pwd', value: dtls.icePwd },
    { name: 'candidate', value: `1 1 udp 2130706431 ${local.address} ${local.port} typ host` },
    { name: 'end-of-candidates' },
  ];
}

/** RTCP: on the port after RTP unless said otherwise (RFC 3605), or on the same one (RFC 5761). */
export function rtcpAttributes(local: LocalMedia, isMuxed: boolean): readonly Attribute[] {
  const own: readonly Attribute[] =
    local.rtcpPort === local.port + 1 ? [] : [{ name: 'rtcp', value: String(local.rtcpPort) }];
  return isMuxed ? [{ name: 'rtcp-mux' }] : own;
}
