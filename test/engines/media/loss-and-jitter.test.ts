import { describe, expect, it } from 'vitest';
import { Reports } from '../../../src/engines/media/reports.ts';
import { RtpInput } from '../../../src/engines/media/rtp-input.ts';
import { RtpOutput } from '../../../src/engines/media/rtp-output.ts';
import { g711Encoder } from '../../../src/protocol/audio/g711.ts';
import { levelDbov } from '../../../src/protocol/audio/level.ts';
import { cheapChance } from '../../../src/protocol/audio/noise.ts';
import { G711_QUALITY } from '../../../src/protocol/rtcp/quality.ts';
import type { NegotiatedAudio } from '../../../src/protocol/sdp/negotiated.ts';
import { babble, likeness } from './support/listen.ts';

interface Network {
  readonly loss: number;
  readonly jitterMs: number;
}

const SECONDS = 30;
const AUDIO = {
  codec: 'PCMA',
  ptimeMs: 20,
  accepted: [{ codec: 'PCMA', payloadType: 8 }],
} as unknown as NegotiatedAudio;

/** Half a minute of speech through such a network, by a clock of its own: what is heard does not depend on the machine. */
function throughNetwork({ loss, jitterMs }: Network) {
  const spoken = babble(SECONDS * 1000);
  const chance = cheapChance(17);
  const encoder = g711Encoder('alaw');
  const packets = Array.from({ length: SECONDS * 50 }, (_, n) => {
    const payload = new Uint8Array(160);
    encoder.encode(spoken.subarray(n * 160, n * 160 + 160), 160, payload);
    const packet = { ssrc: 7, sequence: n, timestamp: n * 160, payloadType: 8, units: 160, payload };
    return { packet, isLost: chance() < loss, at: n * 20 + chance() * jitterMs };
  })
    .filter(({ isLost }) => !isLost)
    .sort((a, b) => a.at - b.at);
  const input = new RtpInput(40, 200);
  input.apply(AUDIO);
  const output = new RtpOutput(
    (bytes) => new Uint8Array(bytes),
    () => undefined,
  );
  const reports = new Reports(5, output, () => undefined);
  const heard = new Int16Array(SECONDS * 8000);
  for (let tick = 0; tick < SECONDS * 50; tick += 1) {
    while (packets[0] !== undefined && packets[0].at <= tick * 20 + 7) {
      const { packet, at } = packets[0];
      packets.shift();
      reports.reception.received(packet.ssrc, packet.sequence, packet.timestamp, packet.payload.length, at);
      input.jitter.push(packet, at);
    }
    input.read(heard.subarray(tick * 160, tick * 160 + 160));
  }
  return {
    spoken,
    heard,
    input,
    opinion: reports.opinion(G711_QUALITY, input.jitter.delayMs, input.concealed / input.played),
  };
}

/** The longest stretch, in ms, that is silent where speech should be; the first second, in which the delay is built up, apart. */
function longestGapMs(heard: Int16Array): number {
  let [longest, now] = [0, 0];
  for (let at = 8000; at + 40 <= heard.length; at += 40) {
    now = levelDbov(heard.subarray(at, at + 40), 40) < -60 ? now + 5 : 0;
    longest = Math.max(longest, now);
  }
  return longest;
}

/** How like the speech pieces of a fifth of a second are, from worst to best. */
function likenesses(heard: Int16Array, spoken: Int16Array): readonly number[] {
  const pieces = Array.from({ length: 20 }, (_, i) => 8000 + i * 11_200);
  return pieces
    .map((at) => likeness(spoken.subarray(at - 3200, at + 1600), heard.subarray(at, at + 1600), 3200))
    .sort((a, b) => a - b);
}

describe('speech through a network', () => {
  it('without faults is heard as it was said, at a mean opinion of 4.4', () => {
    const { spoken, heard, opinion } = throughNetwork({ loss: 0, jitterMs: 0 });
    expect(longestGapMs(heard)).toBe(0);
    expect(likenesses(heard, spoken)[0]).toBeGreaterThan(0.999);
    expect(opinion).toBeCloseTo(4.4, 1);
  });

  it('with 5 % loss, 30 ms of jitter and packets out of order has no gap, and a mean opinion of 3.8', () => {
    const { spoken, heard, input, opinion } = throughNetwork({ loss: 0.05, jitterMs: 30 });
    expect(input.jitter.late).toBe(0);
    expect(input.concealed / input.played).toBeLessThan(0.07);
    expect(longestGapMs(heard)).toBeLessThan(25);
    const like = likenesses(heard, spoken);
    expect(like[10]).toBeGreaterThan(0.99);
    expect(like[0]).toBeGreaterThan(0.5);
    expect(opinion).toBeCloseTo(3.8, 1);
  });
});
