import { type ReportBlock, type RtcpPacket, readRtcp, writeRtcp } from '../../protocol/rtcp/packet.ts';
import { type CodecQuality, opinionScore, ratingFactor } from '../../protocol/rtcp/quality.ts';
import { Reception } from '../../protocol/rtcp/reception.ts';
import { ntpTime, roundTripMs } from '../../protocol/rtcp/round-trip.ts';
import { monotonicMs } from './clock.ts';
import { CLOCK_RATE } from './codec-kit.ts';
import type { RtpOutput } from './rtp-output.ts';

/** What the peer says of what it hears from us. */
export interface PeerView {
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  /** The worst. */
  readonly jitterMs: number;
}

/** RTCP of one leg: reports every few seconds (RFC 3550 §6.2), the round trip, and what both sides think of the sound. */
export class Reports {
  readonly reception = new Reception(CLOCK_RATE);
  roundTripMs: number | undefined;
  peerView: PeerView | undefined;
  readonly #intervalMs: number;
  readonly #output: RtpOutput;
  readonly #send: (packet: Uint8Array) => void;
  #nextAt = Number.NaN;
  #packetsAtReport = 0;

  constructor(intervalSeconds: number, output: RtpOutput, send: (packet: Uint8Array) => void) {
    this.#intervalMs = intervalSeconds * 1000;
    this.#output = output;
    this.#send = send;
  }

  tick(at: number): void {
    if (Number.isNaN(this.#nextAt)) this.#nextAt = at + this.#pause() / 2;
    if (at < this.#nextAt) return;
    this.#nextAt = at + this.#pause();
    if (this.#output.packets > 0 || this.reception.ssrc !== -1) this.#send(writeRtcp(this.#report(at)));
  }

  receive(bytes: Uint8Array): void {
    for (const packet of readRtcp(bytes) ?? []) {
      if (packet.is !== 'sr' && packet.is !== 'rr') continue;
      if (packet.is === 'sr') {
        this.reception.senderReport(packet.sender.ntpSeconds, packet.sender.ntpFraction, monotonicMs());
      }
      const block = packet.blocks.find(({ ssrc }) => ssrc === this.#output.ssrc);
      if (block !== undefined) this.#heard(block);
    }
  }

  /** The E-model's opinion of what the peer hears from us, by its own reports. Of its buffer nothing is known: as short a one as ours is reckoned. */
  remoteOpinion(codec: CodecQuality, bufferMs: number): number | undefined {
    const { peerView } = this;
    if (peerView === undefined) return undefined;
    const loss = Math.min(1, peerView.cumulativeLost / Math.max(1, this.#output.packets));
    const delayMs = (this.roundTripMs ?? 0) / 2 + bufferMs;
    return opinionScore(ratingFactor({ delayMs, loss, codec }));
  }

  sayGoodbye(): void {
    if (this.#output.packets === 0) return;
    this.#send(writeRtcp([...this.#report(monotonicMs()), { is: 'bye', ssrcs: [this.#output.ssrc] }]));
  }

  /** The E-model's opinion of what we hear: 1 to 4.4. */
  opinion(codec: CodecQuality, bufferMs: number, unplayedShare: number): number {
    const summary = this.reception.summary();
    const networkLoss = summary.expected === 0 ? 0 : summary.lost / summary.expected;
    const delayMs = (this.roundTripMs ?? 0) / 2 + bufferMs;
    return opinionScore(ratingFactor({ delayMs, loss: Math.max(networkLoss, unplayedShare), codec }));
  }

  #heard(block: ReportBlock): void {
    const roundTrip = roundTripMs(block, Date.now());
    if (roundTrip !== undefined) this.roundTripMs = roundTrip;
    this.peerView = {
      fractionLost: block.fractionLost / 256,
      // Negative where packets came twice (RFC 3550 A.3).
      cumulativeLost: Math.max(0, block.cumulativeLost),
      jitterMs: Math.max(this.peerView?.jitterMs ?? 0, block.jitter / (CLOCK_RATE / 1000)),
    };
  }

  #report(at: number): readonly RtcpPacket[] {
    const { ssrc } = this.#output;
    const block = this.reception.report(at);
    const blocks = block === undefined ? [] : [block];
    const name: RtcpPacket = { is: 'sdes', ssrc, cname: ssrc.toString(16).padStart(8, '0') };
    const isSender = this.#output.packets > this.#packetsAtReport;
    this.#packetsAtReport = this.#output.packets;
    if (!isSender) return [{ is: 'rr', ssrc, blocks }, name];
    const now = ntpTime(Date.now());
    const sender = {
      ntpSeconds: now.seconds,
      ntpFraction: now.fraction,
      rtpTimestamp: this.#output.timestamp,
      packets: this.#output.packets,
      octets: this.#output.octets,
    };
    return [{ is: 'sr', ssrc, sender, blocks }, name];
  }

  /** RFC 3550 §6.3.5: between half and one and a half of the interval, so that ends do not fall into step. */
  #pause(): number {
    return this.#intervalMs * (0.5 + Math.random());
  }
}
