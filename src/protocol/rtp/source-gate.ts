import { sequenceDistance } from './sequence.ts';

/** An IPv4 or IPv6 address as text, and a port. */
export interface MediaAddress {
  readonly address: string;
  readonly port: number;
}

export interface GateOptions {
  /** May the peer send from elsewhere than it said (it sits behind a NAT)? */
  readonly mayLearn: boolean;
  /** Learning is over this long after the negotiation. */
  readonly learnMs: number;
  /** How many packets in sequence, of one source, before it is believed. */
  readonly learnPackets: number;
}

export const DEFAULT_GATE: GateOptions = { mayLearn: true, learnMs: 3000, learnPackets: 4 };

/** Only a handful of would-be sources are watched at a time: a spray from many ports does not fill memory. */
const MAX_CANDIDATES = 4;

interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly ssrc: number;
  sequence: number;
  packets: number;
}

/**
 * Decides whose RTP is heard. The signalled address is always right and is locked to with its first packet. Where the
 * peer may be behind a NAT another source is learnt, once, from some packets in sequence within the first seconds. Should
 * the signalled address speak after all, the other was a neighbour who was quicker, and is heard no more.
 * From then on, until the next negotiation, packets from anywhere else are refused and change nothing: neither what is
 * heard nor where we send ("RTP bleed", CVE-2025-53399).
 */
export class SourceGate {
  /** Packets refused since the beginning. */
  refused = 0;
  private readonly options: GateOptions;
  private signalled: MediaAddress | undefined;
  private locked: MediaAddress | undefined;
  private isLearnt = false;
  private candidates: Candidate[] = [];
  private learnUntil = 0;
  private signalledRtcpPort: number | undefined;
  private learntRtcpPort: number | undefined;

  constructor(options: GateOptions = DEFAULT_GATE) {
    this.options = options;
  }

  /** Where to send: the locked source, before that what was signalled. */
  get target(): MediaAddress | undefined {
    return this.locked ?? this.signalled;
  }

  get isLocked(): boolean {
    return this.locked !== undefined;
  }

  /** Is the source known for good? One that was learnt may have to make way for the signalled one while phones begin to speak. */
  isSettled(at: number): boolean {
    return this.locked !== undefined && (!this.isLearnt || at >= this.learnUntil);
  }

  /** A new offer or answer. The lock is kept when the peer did not move, so that a re-INVITE opens no window. */
  negotiated(
    signalled: MediaAddress | undefined,
    at: number,
    mayLearn = this.options.mayLearn,
    rtcpPort = signalled && signalled.port + 1,
  ): void {
    if (rtcpPort !== this.signalledRtcpPort) this.learntRtcpPort = undefined;
    this.signalledRtcpPort = rtcpPort;
    const isSame = signalled?.address === this.signalled?.address && signalled?.port === this.signalled?.port;
    if (isSame && this.locked !== undefined) return;
    this.signalled = signalled;
    this.locked = undefined;
    this.learntRtcpPort = undefined;
    this.isLearnt = false;
    this.candidates = [];
    this.learnUntil = mayLearn ? at + this.options.learnMs : Number.NEGATIVE_INFINITY;
  }

  /** The peer has proven an address by other means (ICE): it and no other is heard. */
  lockTo(address: MediaAddress): void {
    if (this.locked?.address !== address.address || this.locked.port !== address.port) this.learntRtcpPort = undefined;
    this.locked = address;
    this.isLearnt = false;
    this.candidates = [];
  }

  /** Is this packet to be heard? Hot path. */
  admits(address: string, port: number, ssrc: number, sequence: number, at: number): boolean {
    const { locked } = this;
    if (locked !== undefined) {
      if (locked.port === port && locked.address === address) return true;
      if (this.isLearnt && this.isSignalled(address, port)) {
        this.lockTo({ address, port });
        return true;
      }
      this.refused += 1;
      return false;
    }
    return this.judge(address, port, ssrc, sequence, at);
  }

  /** Where to send RTCP that has a port of its own: where the peer's comes from, before that what was signalled, or the port above. */
  get rtcpPort(): number | undefined {
    const { target } = this;
    if (target === undefined) return undefined;
    return this.learntRtcpPort ?? (this.isSignalledTarget ? this.signalledRtcpPort : undefined) ?? target.port + 1;
  }

  /**
   * RTCP comes from the host that we hear: out of the port of its RTP (RFC 5761) or out of one other, that is where we send ours,
   * unless it names the source of the RTP we hear, which a neighbour behind the same NAT cannot know.
   * @param isOfSource does it name that source?
   */
  admitsRtcp(address: string, port: number, isOfSource: boolean): boolean {
    const { target } = this;
    if (target?.address !== address) return false;
    if (port === target.port || port === this.rtcpPort) return true;
    return isOfSource && this.learntRtcpPort === undefined;
  }

  /** What was admitted is genuine as well: from now on RTCP comes from there, until the next negotiation. */
  heardRtcp(port: number): void {
    if (port !== this.target?.port) this.learntRtcpPort = port;
  }

  private get isSignalledTarget(): boolean {
    const { target } = this;
    return target !== undefined && this.isSignalled(target.address, target.port);
  }

  private judge(address: string, port: number, ssrc: number, sequence: number, at: number): boolean {
    const isSignalled = this.isSignalled(address, port);
    if (isSignalled || (at < this.learnUntil && this.isProven(address, port, ssrc, sequence))) {
      this.lockTo({ address, port });
      this.isLearnt = !isSignalled;
      return true;
    }
    this.refused += 1;
    return false;
  }

  private isSignalled(address: string, port: number): boolean {
    return this.signalled?.address === address && this.signalled.port === port;
  }

  private isProven(address: string, port: number, ssrc: number, sequence: number): boolean {
    const known = this.candidates.find((one) => one.port === port && one.address === address && one.ssrc === ssrc);
    if (known === undefined) {
      if (this.candidates.length >= MAX_CANDIDATES) this.candidates.shift();
      this.candidates.push({ address, port, ssrc, sequence, packets: 1 });
      return this.options.learnPackets <= 1;
    }
    known.packets = sequenceDistance(known.sequence, sequence) === 1 ? known.packets + 1 : 1;
    known.sequence = sequence;
    return known.packets >= this.options.learnPackets;
  }
}
