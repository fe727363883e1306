import type { MasterKey } from '../srtp/key-derivation.ts';
import type { SrtpSuite } from '../srtp/profiles.ts';
import type { CodecName } from './codecs.ts';
import type { Direction } from './description.ts';

/** An address of the peer, as it said. */
export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** What we use to call a payload in either direction; they differ only when an answerer chose numbers of its own. */
export interface PayloadTypes {
  readonly send: number;
  readonly receive: number;
}

/** The result of an offer and its answer, seen from our side. */
export interface NegotiatedAudio {
  /** Undefined while there is nobody to send to: on hold by `c=0.0.0.0`, or before a real answer. */
  readonly remote?: Remote;
  readonly remoteRtcp?: Remote;
  readonly rtcpMux: boolean;
  /** What we send; the other accepted codecs may come in as well. */
  readonly codec: CodecName;
  readonly payload: PayloadTypes;
  readonly accepted: readonly { readonly codec: CodecName; readonly payloadType: number }[];
  readonly telephoneEvent?: PayloadTypes;
  readonly comfortNoise?: PayloadTypes;
  /** Ours: what we may do. */
  readonly direction: Direction;
  /** How long our packets are. */
  readonly ptimeMs: number;
  readonly srtp?: { readonly suite: SrtpSuite; readonly send: MasterKey; readonly receive: MasterKey };
  readonly dtls?: PeerDtls;
}

/** What a browser says of itself (RFC 8122, RFC 8839). */
export interface PeerDtls {
  readonly fingerprint: { readonly hash: string; readonly value: string };
  readonly setup: 'active' | 'passive' | 'actpass';
  readonly iceUfrag: string;
  readonly icePwd: string;
}

/** RFC 3264 §6.1: what an answer may say to each direction offered. */
export function answeringDirection(offered: Direction, wanted: Direction): Direction {
  const maySend = offered !== 'sendonly' && offered !== 'inactive' && wanted !== 'recvonly' && wanted !== 'inactive';
  const mayReceive = offered !== 'recvonly' && offered !== 'inactive' && wanted !== 'sendonly' && wanted !== 'inactive';
  if (maySend) return mayReceive ? 'sendrecv' : 'sendonly';
  return mayReceive ? 'recvonly' : 'inactive';
}
