import { describe, expect, it } from 'vitest';
import { endsForAll, mostTelling, notReached, passedOn } from '../../src/decide/failure.ts';
import { byCause, byClass, byStatus } from '../../src/decide/failure-table.ts';
import { movesOn } from '../../src/decide/trunk-choice.ts';

describe('what the far end said, as the caller hears it', () => {
  it.each([
    [404, 404, 1, 'unallocated'],
    [410, 410, 22, 'moved'],
    [484, 484, 28, 'malformed'],
    [486, 486, 17, 'busy'],
    [488, 488, 88, 'not-acceptable'],
    [403, 403, 21, 'far-end-refused'],
    [480, 480, 18, 'unreachable'],
    [600, 600, 17, 'busy'],
    [603, 603, 21, 'declined'],
    [604, 604, 1, 'unallocated'],
    [482, 482, 25, 'loop'],
  ] as const)('%i is passed on as %i with cause %i (RFC 3398 §8.2.6.1)', (said, sip, q850, why) => {
    expect(passedOn({ said: { sip: said }, by: 'trunk' })).toEqual({ why, sip, q850 });
    expect(passedOn({ said: { sip: said }, by: 'line' })).toEqual({ why, sip, q850 });
  });

  it('passes the far end’s own cause on', () => {
    expect(passedOn({ said: { sip: 486, q850: 34 }, by: 'trunk' })).toEqual({ why: 'busy', sip: 486, q850: 34 });
  });

  it.each([0, -1, 128, 1.5, Number.NaN])('does not pass %d on: it is no cause', (q850) => {
    expect(passedOn({ said: { sip: 486, q850 }, by: 'trunk' })).toMatchObject({ q850: 17 });
  });

  it.each([401, 407, 408, 500, 501, 502, 503, 504, 505, 513, 580, 599])('never leaks a trunk’s own %i', (sip) => {
    expect(passedOn({ said: { sip }, by: 'trunk' })).toEqual({ why: 'trunks-failed', sip: 500, q850: 38 });
  });

  it.each([401, 407, 500, 503, 504, 580])('answers 480 where a phone said %i', (sip) => {
    expect(passedOn({ said: { sip }, by: 'line' })).toMatchObject({ why: 'far-end-refused', sip: 480 });
  });

  it('lets the cause speak where gateways use one status for everything (RFC 3398 §7.2.4.1)', () => {
    expect(passedOn({ said: { sip: 503, q850: 17 }, by: 'trunk' })).toEqual({ why: 'busy', sip: 486, q850: 17 });
    expect(passedOn({ said: { sip: 500, q850: 1 }, by: 'trunk' })).toEqual({ why: 'unallocated', sip: 404, q850: 1 });
    expect(passedOn({ said: { sip: 480, q850: 19 }, by: 'trunk' })).toEqual({ why: 'no-answer', sip: 480, q850: 19 });
    expect(passedOn({ said: { sip: 503, q850: 38 }, by: 'trunk' })).toEqual({
      why: 'trunks-failed',
      sip: 500,
      q850: 38,
    });
    expect(passedOn({ said: { sip: 404, q850: 17 }, by: 'trunk' })).toEqual({ why: 'unallocated', sip: 404, q850: 17 });
  });

  it.each([300, 302, 380])('does not follow a %i', (sip) => {
    expect(passedOn({ said: { sip }, by: 'trunk' })).toMatchObject({ why: 'far-end-refused', sip: 480 });
  });

  it.each([0, -5, 200, 700, 999, Number.NaN, 422, 499, 699])('has an answer for %d', (sip) => {
    const told = passedOn({ said: { sip }, by: 'line' });
    expect(told.sip).toBeGreaterThanOrEqual(400);
    expect(told.q850).toBeGreaterThan(0);
  });

  it('never answers 401, 407, 408 or 5xx, whatever the table says of a status or a cause', () => {
    for (const row of [...byStatus.values(), ...byCause.values(), ...byClass.values()]) {
      expect([401, 407, 408]).not.toContain(row.sip);
      expect(Math.trunc(row.sip / 100)).not.toBe(5);
      expect(row.cites).toMatch(/RFC \d+ §/);
    }
  });
});

describe('what a failure is', () => {
  it.each([
    [486, 'busy'],
    [600, 'busy'],
    [480, 'unreachable'],
    [408, 'unreachable'],
    [603, 'declined'],
    [403, 'declined'],
    [404, 'failed'],
    [503, 'failed'],
    [302, 'failed'],
  ] as const)('%i is %s', (sip, is) => {
    expect(notReached(sip)).toBe(is);
  });

  it('is no answer when the cause says that nobody answered', () => {
    expect(notReached(480, 19)).toBe('no answer');
  });
});

describe('of several failures', () => {
  it('a 6xx is passed on before all others (RFC 3261 §16.7 step 6)', () => {
    expect(mostTelling([{ sip: 486 }, { sip: 603 }, { sip: 404 }])).toEqual({ sip: 603 });
    expect(endsForAll(603)).toBe(true);
    expect(endsForAll(486)).toBe(false);
  });

  it('busy says more than away, and both more than silence or a broken phone', () => {
    expect(mostTelling([{ sip: 480 }, { sip: 486 }])).toEqual({ sip: 486 });
    expect(mostTelling([{ sip: 408 }, { sip: 480 }])).toEqual({ sip: 480 });
    expect(mostTelling([{ sip: 500 }, { sip: 408 }])).toEqual({ sip: 408 });
    expect(mostTelling([{ sip: 503 }, { sip: 500 }])).toEqual({ sip: 500 });
    expect(mostTelling([{ sip: 500 }, { sip: 302 }])).toEqual({ sip: 302 });
    expect(mostTelling([{ sip: 401 }, { sip: 415 }])).toEqual({ sip: 415 });
  });

  it('the first of equals is taken; of none there is none', () => {
    expect(mostTelling([{ sip: 486, q850: 17 }, { sip: 486 }])).toEqual({ sip: 486, q850: 17 });
    expect(mostTelling([])).toBeUndefined();
  });
});

describe('whether the next target is tried', () => {
  it.each([408, 500, 502, 503, 504, 599, 401, 407])('%i moves on: it is about the target', (sip) => {
    expect(movesOn(sip)).toBe(true);
  });

  it.each([302, 403, 404, 480, 484, 486, 487, 488, 600, 603])('%i stops: it is about the number called', (sip) => {
    expect(movesOn(sip)).toBe(false);
  });

  it.each([302, 404, 408, 486, 503, 603])('an emergency call moves on after %i too', (sip) => {
    expect(movesOn(sip, true)).toBe(true);
  });
});
