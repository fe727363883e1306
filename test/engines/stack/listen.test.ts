import { describe, expect, it } from 'vitest';
import type { ListenPoint } from '../../../src/engines/stack/flow.ts';
import { choosePoint, listenPoints } from '../../../src/engines/stack/listen.ts';

const point = (address: string, more: Partial<ListenPoint> = {}): ListenPoint => ({
  transport: 'udp',
  address,
  port: 5060,
  advertisedAddress: address,
  advertisedPort: 5060,
  mask: 0xffffff00,
  ...more,
});

describe('the listening point a request leaves from', () => {
  const loopback = point('127.0.0.1');
  const office = point('10.1.2.3');
  const outside = point('198.51.100.7', { advertisedAddress: '203.0.113.7' });
  const all = [loopback, office, outside];

  it.each([
    ['10.1.2.200', office], // same network
    ['10.9.9.9', office], // longest common prefix
    ['198.51.100.1', outside],
    ['203.0.113.99', outside],
    ['127.0.0.5', loopback],
  ])('to %s', (target, wanted) => {
    expect(choosePoint(all, 'udp', target)).toBe(wanted);
  });

  it('is loopback for a target elsewhere only when there is no other', () => {
    expect(choosePoint([loopback, office], 'udp', '192.0.2.1')).toBe(office);
    expect(choosePoint([loopback], 'udp', '192.0.2.1')).toBe(loopback);
  });

  it('is none when nobody speaks that transport', () => {
    expect(choosePoint(all, 'tcp', '10.1.2.200')).toBeUndefined();
  });

  it('is every address that is not loopback for *', () => {
    for (const one of listenPoints([{ transport: 'udp', address: '*', port: 5060 }]))
      expect(one.address).not.toMatch(/^127\./);
  });
});
