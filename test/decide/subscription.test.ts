import { describe, expect, it } from 'vitest';
import { judgeSubscription, type SubscriptionWish } from '../../src/decide/subscription.ts';
import type { Config } from '../../src/domain/config.ts';
import type { LineId } from '../../src/domain/ids.ts';
import { beauvoir } from '../support/town.ts';

const line = (id: string) => {
  const found = beauvoir.lines.get(id as LineId);
  if (found === undefined) throw new Error(`no line ${id}`);
  return found;
};
const judged = (more: Partial<SubscriptionWish>, config: Config = beauvoir) =>
  judgeSubscription({ by: line('4101'), event: 'dialog', about: '4102', seconds: 600, held: 0, ...more }, config);

describe('a lamp', () => {
  it('shows a colleague of the same site, and nobody of another, unless the town says so', () => {
    expect(judged({})).toEqual({ is: 'granted', line: line('4102'), seconds: 600 });
    expect(judged({ about: '4200' })).toEqual({ is: 'refused', sip: 403 });
    const watching = { ...beauvoir.exchange.watching, lines: 'town' as const };
    const open: Config = { ...beauvoir, exchange: { ...beauvoir.exchange, watching } };
    expect(judged({ about: '4200' }, open).is).toBe('granted');
    const shut: Config = { ...open, exchange: { ...open.exchange, watching: { ...watching, lines: 'nobody' } } };
    expect(judged({}, shut)).toEqual({ is: 'refused', sip: 403 });
    expect(judged({ about: '4101' }, shut).is).toBe('granted');
  });

  it('of messages is a line’s own', () => {
    expect(judged({ event: 'message-summary', about: '' })).toMatchObject({ is: 'granted', line: { id: '4101' } });
    expect(judged({ event: 'message-summary', about: '4102' })).toEqual({ is: 'refused', sip: 403 });
  });

  it('is for nobody who is not there', () => {
    expect(judged({ about: '4777' })).toEqual({ is: 'refused', sip: 404 });
  });

  it('lasts from a minute to an hour, or is told once (RFC 6665 §4.2.1.1)', () => {
    expect(judged({ seconds: undefined })).toMatchObject({ seconds: 3_600 });
    expect(judged({ seconds: 99_999 })).toMatchObject({ seconds: 3_600 });
    expect(judged({ seconds: 0 })).toMatchObject({ is: 'granted', seconds: 0 });
    expect(judged({ seconds: 5 })).toEqual({ is: 'refused', sip: 423, minExpires: 60 });
  });

  it('is one of so many', () => {
    const { atMost } = beauvoir.exchange.watching;
    expect(judged({ held: atMost })).toEqual({ is: 'refused', sip: 503 });
    expect(judged({ held: atMost, seconds: 0 }).is).toBe('granted');
  });
});
