import { describe, expect, it } from 'vitest';
import { DEFAULT_GATE, SourceGate } from '../../../src/protocol/rtp/source-gate.ts';

const peer = { address: '192.0.2.1', port: 4000 };
const attacker = { address: '198.51.100.9', port: 4000 };

function gate(mayLearn: boolean): SourceGate {
  const it = new SourceGate({ ...DEFAULT_GATE, mayLearn });
  it.negotiated(peer, 0);
  return it;
}

function admitted(it: SourceGate, from: typeof peer, count: number, at = 100, ssrc = 7, first = 50): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    if (it.admits(from.address, from.port, ssrc, first + i, at + i * 20)) sum += 1;
  }
  return sum;
}

describe('the source of RTP', () => {
  it('is the signalled address, from the first packet', () => {
    const it = gate(true);
    expect(admitted(it, peer, 3)).toBe(3);
    expect(it.isLocked).toBe(true);
  });

  it('is never another one where no NAT is expected, and packets of others are counted', () => {
    const it = gate(false);
    expect(admitted(it, attacker, 500)).toBe(0);
    expect(admitted(it, { ...peer, port: 4002 }, 500)).toBe(0);
    expect(it.refused).toBe(1000);
    expect(it.target).toEqual(peer);
  });

  it('is learnt behind a NAT from four packets in sequence, and then kept', () => {
    const it = gate(true);
    const natted = { address: '203.0.113.5', port: 61000 };
    expect(admitted(it, natted, 10)).toBe(7);
    expect(it.target).toEqual(natted);
    expect(admitted(it, attacker, 100, 400)).toBe(0);
    expect(it.target).toEqual(natted);
  });

  it('is the signalled one after all, when it speaks after a quicker neighbour was learnt, and then stays it', () => {
    const it = gate(true);
    expect(admitted(it, attacker, 10)).toBe(7);
    expect(it.isSettled(300)).toBe(false);
    expect(admitted(it, peer, 5, 400)).toBe(5);
    expect(it.isSettled(500)).toBe(true);
    expect(admitted(it, attacker, 100, 500)).toBe(0);
    expect(it.target).toEqual(peer);
  });

  it('is settled at once when it is the signalled one, and when it was learnt, after the time for learning', () => {
    const it = gate(true);
    admitted(it, peer, 1);
    expect(it.isSettled(101)).toBe(true);
    const other = gate(true);
    admitted(other, attacker, 4);
    expect([2999, 3000].map((at) => other.isSettled(at))).toEqual([false, true]);
  });
});

describe('the source of RTP, once more,', () => {
  it('is none whose packets are out of sequence, of many sources, or of many ports', () => {
    const it = gate(true);
    for (let i = 0; i < 200; i += 1) {
      expect(it.admits(attacker.address, 4000, 7, i * 3, i)).toBe(false);
      expect(it.admits(attacker.address, 4001, i, i, i)).toBe(false);
      expect(it.admits(attacker.address, 5000 + i, 7, i, i)).toBe(false);
    }
  });

  it('is not learnt after the first three seconds', () => {
    const it = gate(true);
    expect(admitted(it, attacker, 100, 3000)).toBe(0);
    expect(admitted(it, peer, 1, 9000)).toBe(1);
  });

  it('is the signalled one when it speaks before another is learnt', () => {
    const it = gate(true);
    expect(admitted(it, attacker, 3)).toBe(0);
    expect(admitted(it, peer, 1)).toBe(1);
    expect(admitted(it, attacker, 5, 200, 7, 53)).toBe(0);
  });

  it('stays locked over a negotiation that does not move the peer, and follows one that does', () => {
    const it = gate(true);
    admitted(it, peer, 1);
    it.negotiated(peer, 5000);
    expect(admitted(it, attacker, 10, 5000)).toBe(0);
    const moved = { address: '192.0.2.1', port: 4010 };
    it.negotiated(moved, 6000);
    expect(it.target).toEqual(moved);
    expect(admitted(it, moved, 1, 6100)).toBe(1);
    expect(admitted(it, peer, 10, 6200)).toBe(0);
  });

  it('is nobody before there was an answer', () => {
    const it = new SourceGate();
    expect(it.target).toBeUndefined();
    expect(it.admits(peer.address, peer.port, 1, 1, 0)).toBe(false);
    expect(it.admitsRtcp(peer.address, peer.port, true)).toBe(false);
  });
});

describe('the source of RTCP', () => {
  it('is the port of the RTP, or the one that was signalled, of the host we talk to', () => {
    const it = gate(false);
    expect(it.rtcpPort).toBe(4001);
    expect(it.admitsRtcp(peer.address, 4001, false)).toBe(true);
    expect(it.admitsRtcp(peer.address, 4000, false)).toBe(true);
    expect(it.admitsRtcp(attacker.address, 4001, true)).toBe(false);
    it.negotiated(peer, 0, false, 5005);
    expect(it.admitsRtcp(peer.address, 5005, false)).toBe(true);
    expect(it.admitsRtcp(peer.address, 4001, false)).toBe(false);
  });

  it('is another port of that host only when it names the source that is heard, and then no third', () => {
    const it = gate(false);
    admitted(it, peer, 1);
    expect(it.admitsRtcp(peer.address, 6000, false)).toBe(false);
    expect(it.admitsRtcp(peer.address, 6000, true)).toBe(true);
    it.heardRtcp(6000);
    expect(it.rtcpPort).toBe(6000);
    expect(it.admitsRtcp(peer.address, 6002, true)).toBe(false);
    expect(it.admitsRtcp(peer.address, 4001, false)).toBe(false);
  });

  it('is found anew when the peer moves', () => {
    const it = gate(false);
    admitted(it, peer, 1);
    it.heardRtcp(6000);
    it.negotiated({ ...peer, port: 4010 }, 5000);
    expect(it.rtcpPort).toBe(4011);
  });

  it('is the port above the RTP where that was learnt to come from elsewhere', () => {
    const it = gate(true);
    it.negotiated(peer, 0, true, 5005);
    admitted(it, { address: '203.0.113.5', port: 61000 }, 10);
    expect(it.rtcpPort).toBe(61001);
  });
});
