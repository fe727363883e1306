import { describe, expect, it } from 'vitest';
import { Subscription } from '../../../src/protocol/esl/event.ts';

const dtmf = { 'Event-Name': 'DTMF', 'Unique-ID': 'A1' };
const conference = {
  'Event-Name': 'CUSTOM',
  'Event-Subclass': 'conference::maintenance',
  'Conference-Unique-ID': 'C1',
};

describe('the events a client asked for', () => {
  it('are none at first', () => {
    expect(new Subscription().wants(dtmf)).toBe(false);
  });

  it('add up, may carry a prefix, and may be unknown', () => {
    const it = new Subscription();
    expect(it.add(['SWITCH_EVENT_DTMF', 'NONSENSE'])).toBe(1);
    expect(it.add(['HEARTBEAT'])).toBe(1);
    expect(it.add(['what', 'ever'])).toBe(0);
    expect(it.wants(dtmf)).toBe(true);
    expect(it.wants({ 'Event-Name': 'HEARTBEAT' })).toBe(true);
    expect(it.wants({ 'Event-Name': 'CHANNEL_ANSWER' })).toBe(false);
  });

  it('take all that follows CUSTOM for a subclass', () => {
    const it = new Subscription();
    it.add(['CUSTOM', 'conference::maintenance', 'DTMF']);
    expect(it.wants(conference)).toBe(true);
    expect(it.wants({ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'other' })).toBe(false);
    expect(it.wants(dtmf)).toBe(false);
  });

  it('pass when one of the filters fits, whatever its case', () => {
    const it = new Subscription();
    it.add(['DTMF', 'CUSTOM', 'conference::maintenance']);
    it.addFilter('Unique-ID', 'a1');
    expect(it.wants(dtmf)).toBe(true);
    expect(it.wants(conference)).toBe(false);
    it.addFilter('Conference-Unique-ID', 'C1');
    expect(it.wants(conference)).toBe(true);
    it.removeFilter('Unique-ID', 'A1');
    expect(it.wants(dtmf)).toBe(false);
    it.removeFilter('all');
    expect(it.wants(dtmf)).toBe(true);
  });

  it('have no more filters than a client can need', () => {
    const it = new Subscription();
    const added = Array.from({ length: 300 }, (_, i) => it.addFilter('x', String(i)));
    expect(added.filter(Boolean).length).toBe(256);
  });
});
