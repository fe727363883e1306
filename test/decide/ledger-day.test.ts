import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callBacksDay, ledgerDay, type TallyRow } from '../../src/decide/ledger-day.ts';
import type { CallBack } from '../../src/domain/call-back.ts';
import type { ServiceId } from '../../src/domain/ids.ts';
import { outcomes } from '../../src/domain/outcome.ts';

const rows: readonly TallyRow[] = [
  { from: 'trunk operator', outcome: 'answered', calls: 40 },
  { from: 'trunk operator', service: 'accueil', outcome: 'answered', calls: 12 },
  { from: 'trunk operator', service: 'accueil', outcome: 'message left', calls: 3 },
  { from: 'trunk operator', outcome: 'caller gone', how: 'ringing', calls: 2 },
  { from: 'trunk operator', service: 'accueil', outcome: 'caller gone', how: 'queue', calls: 5 },
  { from: 'trunk operator', outcome: 'refused', how: 'unallocated', calls: 1 },
  { from: 'trunk operator', calls: 4 },
];

describe('the day of the ledger', () => {
  it('adds up what became of each call', () => {
    expect(ledgerDay(rows)).toEqual({
      offered: 67,
      answered: 52,
      messages: 3,
      lostByTransfer: 0,
      callBacksAsked: 0,
      told: 0,
      featuresDone: 0,
      gaveUp: { calls: 7, by: { queue: 5, ringing: 2 } },
      refused: { calls: 1, by: { unallocated: 1 } },
      ourFault: 0,
      goingOn: 4,
      lost: 0,
    });
  });

  it('counts among the answered those whom a transfer has lost, beside them', () => {
    const day = ledgerDay([
      ...rows,
      { from: 'trunk operator', outcome: 'answered', how: 'lost by transfer', calls: 2 },
    ]);
    expect(day).toMatchObject({ answered: 54, lostByTransfer: 2, lost: 0 });
  });

  it('counts as lost what ended by our fault', () => {
    expect(ledgerDay([...rows, { from: 'line 4101', outcome: 'our fault', calls: 2 }]).lost).toBe(2);
  });

  it('has each call in exactly one sum, whatever the calls are', () => {
    const row = fc.record(
      {
        from: fc.constantFrom('trunk operator', 'line 4101'),
        outcome: fc.constantFrom(...outcomes),
        how: fc.constantFrom('queue', 'busy'),
        calls: fc.nat(1_000),
      },
      { requiredKeys: ['from', 'calls'] },
    );
    fc.assert(
      fc.property(fc.array(row), (any) => {
        const day = ledgerDay(any);
        const { answered, messages, callBacksAsked, told, featuresDone, gaveUp, refused, ourFault, goingOn } = day;
        const sums = [answered, messages, callBacksAsked, told, featuresDone, gaveUp.calls, refused.calls, ourFault];
        expect(sums.reduce((all, one) => all + one, goingOn)).toBe(day.offered);
      }),
    );
  });
});

describe('the call-backs of a day', () => {
  const task = (service: string, dueAt: number, closed?: CallBack['closed']): CallBack => ({
    id: `${service} ${dueAt}`,
    owner: { is: 'service', service: service as ServiceId },
    number: '+33639980001',
    because: 'gave up',
    askedAt: 0,
    dueAt,
    calls: 1,
    lastCall: 'one',
    ...(closed && { closed }),
  });
  const tasks = [
    task('accueil', 100),
    task('accueil', 900),
    task('canicule', 100),
    task('accueil', 1, { at: 50, how: 'we reached them', call: 'two', by: 'line 4101' }),
    task('accueil', 2, { at: 60, how: 'by hand' }),
    task('canicule', 3, { at: 70, how: 'we reached them', call: 'three', by: 'line 4101' }),
    task('accueil', 4, { at: 5, how: 'they reached us' }),
  ];

  it('are those done on the day, by whom, beside those that are open', () => {
    expect(callBacksDay(tasks, { since: 10, before: 90 }, 500)).toEqual({
      callBacksOpen: 3,
      callBacksLate: 2,
      callBacksDone: { calls: 3, by: { 'we reached them': 2, 'by hand': 1 }, whom: { 'line 4101': 2 } },
    });
  });

  it('are those of one service when it is asked for', () => {
    expect(callBacksDay(tasks, { since: 10, before: 90, service: 'canicule' }, 500)).toMatchObject({
      callBacksOpen: 1,
      callBacksLate: 1,
      callBacksDone: { calls: 1 },
    });
  });
});
