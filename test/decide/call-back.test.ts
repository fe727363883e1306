import { describe, expect, it } from 'vitest';
import { type CallBackRule, callBacksAfter } from '../../src/decide/call-back.ts';
import type { CallBack } from '../../src/domain/call-back.ts';
import type { ServiceId } from '../../src/domain/ids.ts';
import type { CallRecord, Outcome } from '../../src/domain/outcome.ts';
import { MONDAY_MORNING as start } from '../support/calls.ts';

const accueil = 'accueil' as ServiceId;
const rule = (service: string): CallBackRule | undefined =>
  service === 'accueil' ? { owner: accueil, withinMinutes: 90 } : undefined;
const citizen = '+33639980001';

function ended(outcome: Outcome, more: Partial<CallRecord> = {}): CallRecord {
  return {
    id: 'call-1',
    startedAt: start,
    from: 'trunk operator',
    callerNumber: citizen,
    dialled: '+33199005000',
    service: 'accueil',
    configDigest: 'd',
    decisions: [],
    legs: [],
    endedAt: start + 60_000,
    outcome,
    ...more,
  };
}

const gaveUp = ended({ is: 'caller gone', during: 'queue' });
const task: CallBack = {
  id: 'call-1',
  service: accueil,
  number: citizen,
  because: 'gave up',
  askedAt: start + 60_000,
  dueAt: start + 60_000 + 90 * 60_000,
  calls: 1,
  lastCall: 'call-1',
};

describe('who is to be called back', () => {
  it('is whoever gave up while they waited for a service, within the time that it promises', () => {
    expect(callBacksAfter(gaveUp, [], rule)).toEqual([task]);
  });

  it.each<[Outcome, CallBack['because']]>([
    [{ is: 'message left', mailbox: 'accueil', message: 'm1', seconds: 12 }, 'message'],
    [{ is: 'call-back asked', service: 'accueil' }, 'asked'],
    [{ is: 'our fault', what: 'the media server was lost' }, 'our fault'],
  ])('is whoever ended with %o', (outcome, because) => {
    expect(callBacksAfter(ended(outcome), [], rule)).toEqual([{ ...task, because }]);
  });

  it('is called at the number they asked for', () => {
    const outcome: Outcome = { is: 'call-back asked', service: 'accueil', number: '+33639980999' };
    expect(callBacksAfter(ended(outcome), [], rule)).toMatchObject([{ number: '+33639980999' }]);
  });

  it('is one task, however often they call', () => {
    const again = ended({ is: 'caller gone', during: 'ringing' }, { id: 'call-2' });
    expect(callBacksAfter(again, [task], rule)).toEqual([{ ...task, calls: 2, lastCall: 'call-2' }]);
  });

  it('is counted once for one call, though a crash has it told twice', () => {
    expect(callBacksAfter(gaveUp, [task], rule)).toEqual([]);
  });

  it.each<[string, CallRecord]>([
    ['was told and released', ended({ is: 'told and released', what: 'hotline.closed' })],
    ['was refused', ended({ is: 'refused', why: 'overload', sip: 503, q850: 42 })],
    ['has no number', { ...gaveUp, callerNumber: undefined } as unknown as CallRecord],
    ['withheld their number, though the network told us', { ...gaveUp, withheld: true }],
    ['called a line', { ...gaveUp, service: undefined } as unknown as CallRecord],
  ])('is not who %s', (_, record) => {
    expect(callBacksAfter(record, [], rule)).toEqual([]);
  });
});

describe('a task is closed', () => {
  const answered: Outcome = { is: 'answered', by: 'line 4101' };

  it('when the service has answered them', () => {
    const record = ended(answered, { id: 'call-3' });
    const closed = { at: record.endedAt, how: 'they reached us', call: 'call-3' };
    expect(callBacksAfter(record, [task], rule)).toEqual([{ ...task, closed }]);
  });

  it('when somebody of the town has called them and they answered', () => {
    const out = { ...ended(answered), id: 'call-4', from: 'line 4101', callerNumber: '4101', calledNumber: citizen };
    const { service: _, ...record } = out;
    const closed = { at: record.endedAt, how: 'we reached them', call: 'call-4' };
    expect(callBacksAfter(record, [task], rule)).toEqual([{ ...task, closed }]);
  });

  it('for all services at once, and for nobody else', () => {
    const other: CallBack = { ...task, id: 'call-9', number: '+33639980777' };
    const elsewhere: CallBack = { ...task, id: 'call-8', service: 'canicule' as ServiceId };
    const { service: _, ...record } = { ...ended(answered), calledNumber: citizen };
    expect(callBacksAfter(record, [task, other, elsewhere], rule).map(({ id }) => id)).toEqual(['call-1', 'call-8']);
  });

  it('not by a call that nobody answered', () => {
    const out = ended({ is: 'refused', why: 'no-answer', sip: 480, q850: 19 }, { calledNumber: citizen });
    expect(callBacksAfter(out, [task], rule)).toEqual([]);
  });
});
