import { describe, expect, it } from 'vitest';
import { EventReceiver } from '../../../src/protocol/rtp/event-receiver.ts';
import { EventSender } from '../../../src/protocol/rtp/event-sender.ts';
import {
  eventOfKey,
  keyOfEvent,
  readTelephoneEvent,
  writeTelephoneEvent,
} from '../../../src/protocol/rtp/telephone-event.ts';

interface Sent {
  readonly payload: Uint8Array;
  readonly timestamp: number;
  readonly marker: boolean;
}

function send(keys: string, ms: number, frames: number): readonly (Sent | undefined)[] {
  const sender = new EventSender(8000);
  for (const key of keys) sender.press(key, ms);
  return Array.from({ length: frames }, (_, i) => {
    const packet = sender.next(1000 + i * 160);
    return packet && { ...packet, payload: packet.payload.slice() };
  });
}

function receive(packets: readonly (Sent | undefined)[]): readonly (readonly [string, number])[] {
  const keys: [string, number][] = [];
  const receiver = new EventReceiver(8000, ({ key, durationMs }) => keys.push([key, durationMs]));
  packets.forEach((packet, i) => {
    if (packet !== undefined) receiver.receive(packet.payload, packet.timestamp, i * 20);
    receiver.tick(i * 20);
  });
  for (let i = 0; i < 20; i += 1) receiver.tick((packets.length + i) * 20);
  return keys;
}

describe('telephone-events (RFC 4733)', () => {
  it('are four octets: event, end bit and volume, duration', () => {
    const bytes = new Uint8Array(4);
    writeTelephoneEvent({ event: 11, isEnd: true, volume: 10, duration: 0x1234 }, bytes);
    expect([...bytes]).toEqual([11, 0x8a, 0x12, 0x34]);
    expect(readTelephoneEvent(bytes)).toEqual({ event: 11, isEnd: true, volume: 10, duration: 0x1234 });
    expect(readTelephoneEvent(bytes.subarray(0, 3))).toBeUndefined();
  });

  it('name sixteen keys and no more', () => {
    expect([...'0123456789*#ABCD'].map(eventOfKey)).toEqual([...Array(16).keys()]);
    expect(keyOfEvent(16)).toBeUndefined();
    expect(eventOfKey('')).toBeUndefined();
    expect(eventOfKey('12')).toBeUndefined();
  });

  it('MUST keep the timestamp of the beginning in all packets, and mark the first (§2.2.1, §2.5.1.2)', () => {
    const packets = send('5', 100, 8);
    expect(packets.map((packet) => packet?.timestamp)).toEqual([1000, 1000, 1000, 1000, 1000, 1000, 1000, undefined]);
    expect(packets.map((packet) => packet?.marker)).toEqual([true, ...Array(6).fill(false), undefined]);
  });

  it('send the end three times with the same duration (§2.5.1.4)', () => {
    const events = send('5', 60, 5).map((packet) => packet && readTelephoneEvent(packet.payload));
    expect(events.map((event) => [event?.isEnd, event?.duration])).toEqual([
      [false, 160],
      [false, 320],
      [true, 480],
      [true, 480],
      [true, 480],
    ]);
  });

  it('arrive as the keys that were sent, once each, with a pause between', () => {
    expect(receive(send('12##D', 80, 60))).toEqual([...'12##D'].map((key) => [key, 80]));
  });

  it('arrive when any packets but one of each key are lost', () => {
    for (let survivor = 0; survivor < 6; survivor += 1) {
      const packets = send('7', 80, 6).map((packet, i) => (i === survivor ? packet : undefined));
      expect(receive(packets).map(([key]) => key)).toEqual(['7']);
    }
  });

  it('arrive once when their packets come twice and in the wrong order', () => {
    const packets = send('34', 80, 20);
    const shuffled = packets.flatMap((packet, i) => (i % 2 === 0 ? [packets[i + 1], packet, packet] : []));
    expect(receive(shuffled).map(([key]) => key)).toEqual(['3', '4']);
  });

  it('arrive at the next key when the end was lost', () => {
    const first = send('1', 100, 3);
    const second = send('2', 60, 5).map((packet) => packet && { ...packet, timestamp: 9000 });
    expect(receive([...first, ...second]).map(([key]) => key)).toEqual(['1', '2']);
  });

  it('refuse what is no key, and more keys than anyone can dial', () => {
    const sender = new EventSender(8000);
    expect(sender.press('x', 100)).toBe(false);
    const accepted = Array.from({ length: 200 }, () => sender.press('1', 100)).filter(Boolean);
    expect(accepted.length).toBe(128);
    sender.clear();
    expect(sender.isBusy).toBe(false);
  });
});
