import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RtpSession } from '../../../src/engines/media/rtp-session.ts';
import { writeRtcp } from '../../../src/protocol/rtcp/packet.ts';
import { G711_QUALITY } from '../../../src/protocol/rtcp/quality.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../../src/protocol/rtp/packet.ts';
import type { NegotiatedAudio } from '../../../src/protocol/sdp/negotiated.ts';

const phone = { address: '192.0.2.1', port: 4000 };
const options = { jitterMinMs: 40, jitterMaxMs: 200, reportSeconds: 5, random: randomBytes };
const deaf = { onKey: () => undefined, onSecured: () => undefined, onFailed: () => undefined };
const plain: NegotiatedAudio = {
  remote: phone,
  rtcpMux: true,
  codec: 'PCMA',
  payload: { send: 8, receive: 8 },
  accepted: [{ codec: 'PCMA', payloadType: 8 }],
  direction: 'sendrecv',
  ptimeMs: 20,
};
const dtls = {
  fingerprint: { hash: 'sha-256', value: 'AA' },
  setup: 'actpass',
  iceUfrag: 'u',
  icePwd: 'p',
} as const;

function session(audio: NegotiatedAudio, learn: 'private' | 'always' | 'never' = 'private'): RtpSession {
  const made = new RtpSession({ ...options, learn }, deaf);
  made.apply(audio);
  return made;
}

function speak(to: RtpSession, packets: number, from = phone): void {
  for (let sequence = 0; sequence < packets; sequence += 1) {
    const packet = Buffer.alloc(RTP_HEADER_BYTES + 160);
    writeRtpHeader(packet, 8, false, sequence, sequence * 160, 7);
    to.rtp(packet, from.address, from.port);
  }
}

const heard = ({ reports }: RtpSession) => reports.reception.summary().packets;

describe('the sound of one leg', () => {
  it('is heard in the clear where no keys were agreed', () => {
    const one = session(plain);
    speak(one, 5);
    expect(heard(one)).toBe(5);
  });

  it('is not heard in the clear while a browser has not shaken hands, though its path is proven (RFC 5764 §4.1)', () => {
    const one = session({ ...plain, dtls });
    one.gate.lockTo(phone);
    const before = one.lastHeardAt;
    speak(one, 5);
    const report = Buffer.from(writeRtcp([{ is: 'rr', ssrc: 7, blocks: [] }]));
    one.rtp(report, phone.address, phone.port);
    one.rtcp(report, phone.address, phone.port + 1);
    expect(heard(one)).toBe(0);
    expect(one.dropped.notAuthentic).toBe(7);
    expect(one.lastHeardAt).toBe(before);
  });

  it('is never learnt to come from elsewhere where a browser proves its address by a check', () => {
    const one = session({ ...plain, dtls }, 'always');
    expect(one.gate.admits(phone.address, phone.port, 7, 1, 0)).toBe(false);
    for (let sequence = 2; sequence < 9; sequence += 1) one.gate.admits(phone.address, phone.port, 7, sequence, 0);
    expect(one.gate.isLocked).toBe(false);
  });

  it('is kept alive by reports of the peer, and not by those of others at its address', () => {
    const one = session({ ...plain, rtcpMux: false, remoteRtcp: { ...phone, port: 4001 } });
    speak(one, 1);
    const report = (ssrc: number) => Buffer.from(writeRtcp([{ is: 'rr', ssrc, blocks: [] }]));
    one.lastHeardAt = 0;
    one.rtcp(report(9), phone.address, 40_000);
    one.rtcp(report(7), '192.0.2.9', 4001);
    expect(one.lastHeardAt).toBe(0);
    expect(one.dropped.stranger).toBe(2);
    one.rtcp(report(7), phone.address, 4001);
    expect(one.lastHeardAt).toBeGreaterThan(0);
    one.lastHeardAt = 0;
    one.rtcp(report(7), phone.address, 40_000);
    expect(one.lastHeardAt).toBe(0);
  });

  it('is known as the peer hears it too, by its reports', () => {
    const one = session(plain);
    expect(one.reports.remoteOpinion(G711_QUALITY, 40)).toBeUndefined();
    const block = { ssrc: one.output.ssrc, highestSequence: 0, lastSr: 0, delaySinceLastSr: 0 };
    const report = (cumulativeLost: number, jitter: number) =>
      Buffer.from(writeRtcp([{ is: 'rr', ssrc: 7, blocks: [{ ...block, fractionLost: 0, cumulativeLost, jitter }] }]));
    one.rtcp(report(3, 160), phone.address, phone.port);
    one.rtcp(report(-1, 80), phone.address, phone.port);
    expect(one.reports.peerView).toMatchObject({ cumulativeLost: 0, jitterMs: 20 });
    expect(one.reports.remoteOpinion(G711_QUALITY, 40)).toBeGreaterThan(4);
  });
});
