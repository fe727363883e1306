import { SequenceUnroller, timestampDistance } from '../rtp/sequence.ts';
import type { ReportBlock } from './packet.ts';

/** What is known of a stream we receive. */
export interface ReceptionSummary {
  readonly packets: number;
  readonly octets: number;
  readonly lost: number;
  readonly expected: number;
  readonly jitterMs: number;
  readonly maxJitterMs: number;
  readonly ssrcChanges: number;
}

/**
 * Receiver's statistics of RFC 3550 §6.4.1, A.3 (loss) and A.8 (jitter). Sums run on over changes of SSRC;
 * a report block speaks of the present one only. `received` is the hot path and allocates nothing.
 */
export class Reception {
  ssrc = -1;
  private readonly clockRate: number;
  private readonly numbers = new SequenceUnroller();
  private packets = 0;
  private octets = 0;
  private packetsOfSource = 0;
  private lostBefore = 0;
  private expectedBefore = 0;
  private jitter = 0;
  private maxJitter = 0;
  private ssrcChanges = 0;
  private lastTransit = Number.NaN;
  private lastTimestamp = -1;
  private expectedAtReport = 0;
  private receivedAtReport = 0;
  private lastSr = 0;
  private lastSrAt = 0;

  constructor(clockRate: number) {
    this.clockRate = clockRate;
  }

  /** @param at monotonic ms */
  received(ssrc: number, sequence: number, timestamp: number, bytes: number, at: number): void {
    if (ssrc !== this.ssrc) this.newSource(ssrc);
    this.packets += 1;
    this.octets += bytes;
    const number = this.numbers.unroll(sequence);
    if (number === 'restart') {
      this.newSource(ssrc);
      this.numbers.unroll(sequence);
    }
    this.packetsOfSource += 1;
    if (timestamp !== this.lastTimestamp) this.observeTransit(timestamp, at);
  }

  /** A sender report of the source came: its middle 32 bits are returned to it in our blocks. */
  senderReport(ntpSeconds: number, ntpFraction: number, at: number): void {
    this.lastSr = (((ntpSeconds & 0xffff) << 16) | (ntpFraction >>> 16)) >>> 0;
    this.lastSrAt = at;
  }

  /** The block for our next report, which closes the interval that "fraction lost" is counted over. */
  report(at: number): ReportBlock | undefined {
    if (this.ssrc === -1) return undefined;
    const expected = this.expectedOfSource;
    const expectedSince = expected - this.expectedAtReport;
    const lostSince = expectedSince - (this.packetsOfSource - this.receivedAtReport);
    this.expectedAtReport = expected;
    this.receivedAtReport = this.packetsOfSource;
    const fraction = expectedSince <= 0 || lostSince <= 0 ? 0 : Math.floor((lostSince * 256) / expectedSince);
    return {
      ssrc: this.ssrc,
      fractionLost: Math.min(fraction, 255),
      cumulativeLost: expected - this.packetsOfSource,
      highestSequence: (this.numbers.highest - 65536) >>> 0,
      jitter: Math.floor(this.jitter),
      lastSr: this.lastSr,
      delaySinceLastSr: this.lastSr === 0 ? 0 : Math.round(((at - this.lastSrAt) * 65536) / 1000) >>> 0,
    };
  }

  summary(): ReceptionSummary {
    const expected = this.expectedBefore + this.expectedOfSource;
    const lostNow = Math.max(0, this.expectedOfSource - this.packetsOfSource);
    const perMs = this.clockRate / 1000;
    return {
      packets: this.packets,
      octets: this.octets,
      expected,
      lost: this.lostBefore + lostNow,
      jitterMs: this.jitter / perMs,
      maxJitterMs: this.maxJitter / perMs,
      ssrcChanges: this.ssrcChanges,
    };
  }

  private get expectedOfSource(): number {
    return this.numbers.first === -1 ? 0 : this.numbers.highest - this.numbers.first + 1;
  }

  private newSource(ssrc: number): void {
    if (this.ssrc !== -1) {
      this.ssrcChanges += 1;
      this.expectedBefore += this.expectedOfSource;
      this.lostBefore += Math.max(0, this.expectedOfSource - this.packetsOfSource);
    }
    this.ssrc = ssrc;
    this.numbers.reset();
    this.packetsOfSource = 0;
    this.expectedAtReport = 0;
    this.receivedAtReport = 0;
    this.lastTransit = Number.NaN;
    this.lastSr = 0;
  }

  /** A.8: J += (|D| - J) / 16. Packets of one timestamp (telephone-events) are looked at once. */
  private observeTransit(timestamp: number, at: number): void {
    const arrival = ((at * this.clockRate) / 1000) >>> 0;
    const transit = timestampDistance(timestamp, arrival);
    this.lastTimestamp = timestamp;
    const difference = Number.isNaN(this.lastTransit) ? 0 : Math.abs((transit - this.lastTransit) | 0);
    this.lastTransit = transit;
    // A pause of the sender or a new time line is no jitter.
    if (difference > this.clockRate) return;
    this.jitter += (difference - this.jitter) / 16;
    if (this.jitter > this.maxJitter) this.maxJitter = this.jitter;
  }
}
