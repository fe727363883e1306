import { MAX_RTP_BYTES, payloadOffset, RTP_HEADER_BYTES, uint32 } from '../rtp/packet.ts';
import { counterModeTransform } from './counter-mode.ts';
import { galoisTransform } from './galois-mode.ts';
import { type MasterKey, type SessionKeys, sessionKeys } from './key-derivation.ts';
import type { SrtpPrimitives } from './primitives.ts';
import { SRTP_PROFILES, type SrtpSuite } from './profiles.ts';
import { ReplayWindow } from './replay-window.ts';
import { RTCP_HEADER_BYTES, type SrtpTransform } from './transform.ts';

/** Why a packet was not let in. */
export type SrtpRefusal = 'malformed' | 'replayed' | 'not authentic';

/** A peer speaks with one SSRC, and with another after each transfer: the oldest is forgotten for the newest. */
const MAX_SOURCES = 16;

/** The keys of one direction, derived and ready. */
export function srtpTransform(primitives: SrtpPrimitives, suite: SrtpSuite, master: MasterKey): SrtpTransform {
  const profile = SRTP_PROFILES[suite];
  return transformFor(
    primitives,
    suite,
    sessionKeys(primitives, profile, master, 'rtp'),
    sessionKeys(primitives, profile, master, 'rtcp'),
  );
}

/** The same from session keys that are known already. */
export function transformFor(
  primitives: SrtpPrimitives,
  suite: SrtpSuite,
  rtp: SessionKeys,
  rtcp: SessionKeys,
): SrtpTransform {
  const profile = SRTP_PROFILES[suite];
  return profile.kind === 'cm'
    ? counterModeTransform(primitives, profile, rtp, rtcp)
    : galoisTransform(primitives, rtp, rtcp);
}

/** Protects what we send: one SSRC, whose packets may overtake one another on their way here, as those of a relayed peer do. */
export class SrtpSender {
  private readonly transform: SrtpTransform;
  private readonly source: Source = { rollover: 0, highest: -1, seen: new ReplayWindow() };
  private rtcpIndex: number;

  constructor(transform: SrtpTransform, rtcpIndex = 0) {
    this.transform = transform;
    this.rtcpIndex = rtcpIndex;
  }

  /**
   * Protects a packet of `length` octets in place and returns its new length. The buffer needs SRTP_ROOM octets more. -1: it must not
   * be sent, for an index is used once (RFC 3711 §9.1; RFC 7714 §8: "the same IV MUST NOT be used twice").
   */
  protectRtp(packet: Uint8Array, length: number): number {
    const { source } = this;
    const sequence = ((packet[2] as number) << 8) | (packet[3] as number);
    if (source.highest < 0) source.highest = sequence;
    const rollover = guessRollover(source, sequence);
    const index = rollover * 65536 + sequence;
    if (rollover < 0 || !source.seen.mayBeNew(index)) return -1;
    advance(source, rollover, sequence);
    const payloadAt = payloadOffset(packet, packet[0] as number);
    return this.transform.sealRtp(packet, payloadAt, length, uint32(packet, 8), rollover, sequence);
  }

  protectRtcp(packet: Uint8Array, length: number): number {
    this.rtcpIndex = (this.rtcpIndex + 1) & 0x7fffffff;
    return this.transform.sealRtcp(packet, length, uint32(packet, 4), this.rtcpIndex);
  }
}

interface Source {
  rollover: number;
  highest: number;
  readonly seen: ReplayWindow;
}

/** Lets in what the peer protected: guesses the rollover counter, refuses replays and what is not authentic. */
export class SrtpReceiver {
  private readonly transform: SrtpTransform;
  private readonly sources = new Map<number, Source>();
  private readonly rtcpSeen = new Map<number, ReplayWindow>();

  constructor(transform: SrtpTransform) {
    this.transform = transform;
  }

  /** Opens in place; the new length, or why not. */
  unprotectRtp(packet: Uint8Array, length: number): number | SrtpRefusal {
    const payloadAt = payloadOffset(packet, packet[0] as number);
    if (length < RTP_HEADER_BYTES || length > MAX_RTP_BYTES || payloadAt > length) return 'malformed';
    const sequence = ((packet[2] as number) << 8) | (packet[3] as number);
    const ssrc = uint32(packet, 8);
    const source = this.sources.get(ssrc) ?? { rollover: 0, highest: sequence, seen: new ReplayWindow() };
    const rollover = guessRollover(source, sequence);
    const index = rollover * 65536 + sequence;
    if (rollover < 0 || !source.seen.mayBeNew(index)) return 'replayed';
    const opened = this.transform.openRtp(packet, payloadAt, length, ssrc, rollover, sequence);
    if (opened < 0) return 'not authentic';
    if (source.seen.isEmpty) keep(this.sources, ssrc, source);
    advance(source, rollover, sequence);
    return opened;
  }

  unprotectRtcp(packet: Uint8Array, length: number): number | SrtpRefusal {
    const { transform } = this;
    const isShort = length < RTCP_HEADER_BYTES + transform.rtcpTrailerBytes;
    if (isShort || length > MAX_RTP_BYTES) return 'malformed';
    const ssrc = uint32(packet, 4);
    const index = uint32(packet, length - transform.rtcpIndexFromEnd) & 0x7fffffff;
    const seen = this.rtcpSeen.get(ssrc) ?? new ReplayWindow();
    if (!seen.mayBeNew(index)) return 'replayed';
    const opened = transform.openRtcp(packet, length, ssrc, index);
    if (opened < 0) return 'not authentic';
    if (seen.isEmpty) keep(this.rtcpSeen, ssrc, seen);
    seen.seen(index);
    return opened;
  }
}

/** Only authentic packets come here, so the limit guards against a peer gone wild, not against strangers. */
function keep<Kept>(all: Map<number, Kept>, ssrc: number, kept: Kept): void {
  const [oldest] = all.keys();
  if (all.size >= MAX_SOURCES && oldest !== undefined) all.delete(oldest);
  all.set(ssrc, kept);
}

function advance(source: Source, rollover: number, sequence: number): void {
  const index = rollover * 65536 + sequence;
  source.seen.seen(index);
  if (index < source.rollover * 65536 + source.highest) return;
  source.rollover = rollover;
  source.highest = sequence;
}

/** RFC 3711 §3.3.1: the rollover counter that puts the packet nearest to the highest one. */
function guessRollover(source: Source, sequence: number): number {
  const { highest, rollover } = source;
  if (highest < 0x8000) return sequence - highest > 0x8000 ? rollover - 1 : rollover;
  return highest - 0x8000 > sequence ? rollover + 1 : rollover;
}
