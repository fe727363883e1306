import { describe, expect, it } from 'vitest';
import { type CallBackRules, callBacksAfter } from '../../src/decide/call-back.ts';
import type { CallBack } from '../../src/domain/call-back.ts';
import type { ServiceId } from '../../src/domain/ids.ts';
import type { CallRecord, Outcome } from '../../src/domain/outcome.ts';
import { MONDAY_MORNING as start } from '../support/calls.ts';

const accueil = 'accueil' as ServiceId;
const canicule = 'canicule' as ServiceId;
const in90Minutes = (from: number): number => from + 90 * 60_000;
const owners: Readonly<Record<string, ServiceId>> = { accueil, canicule, mairie: accueil };
const rule: CallBackRules = {
  of: (service) => {
    const owner = owners[service];
    return owner && { owner, dueAt: in90Minutes };
  },
  hasAnswered: (service, { outcome }) =>
    service === 'accueil' && outcome.is === 'answered' && outcome.by === 'line 4105',
};
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
  dueAt: in90Minutes(start + 60_000),
  calls: 1,
  lastCall: 'call-1',
};

describe('who is to be called back', () => {
  it.each([
    ['caller gone', true],
    ['refused', true],
    ['back', false],
    ['recalled', false],
    ['refused: barred', false],
    ['told and released', false],
    ['answered', false],
  ])('once transferred, when that ended with %s: %s', (how, isLost) => {
    const transfers = [
      { at: start, by: 'line 4101', who: 'trunk operator', to: '4950', how: 'blind' as const, ended: how },
    ];
    const transferred = ended({ is: 'answered', by: 'line 4101' }, { transfers });
    expect(callBacksAfter(transferred, [], rule)).toEqual(isLost ? [task] : []);
    // Whoever is a colleague's to connect is not the one who called.
    const other = { ...transferred, transfers: transfers.map((one) => ({ ...one, who: 'line 4102' })) };
    expect(callBacksAfter(other, [], rule)).toEqual([]);
  });

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

  it.each<[string, Outcome, ServiceId]>([
    ['who has promised it, though a line was dialled', { is: 'call-back asked', service: 'accueil' }, accueil],
    ['whose mailbox it is', { is: 'message left', mailbox: 'canicule', message: 'm1', seconds: 9 }, canicule],
  ])('is called back by %s', (_, outcome, owner) => {
    const { service: __, ...record } = ended(outcome);
    expect(callBacksAfter(record, [], rule)).toMatchObject([{ service: owner }]);
  });

  it('is whoever was refused or sent away because their last resort could not be carried out', () => {
    const refused = ended({ is: 'refused', why: 'unreachable', sip: 480, q850: 20 }, { unserved: 'canicule' });
    expect(callBacksAfter(refused, [], rule)).toMatchObject([{ because: 'our fault', service: 'canicule' }]);
  });

  it('is called back by the service that promised it, when another had handed the call on', () => {
    const record = ended({ is: 'call-back asked', service: 'canicule' });
    expect(callBacksAfter(record, [], rule)).toMatchObject([{ service: 'canicule' }]);
  });
});

describe('a task is closed', () => {
  const answered: Outcome = { is: 'answered', by: 'line 4101' };
  const without = ({ service: _, ...record }: CallRecord): CallRecord => record;
  const out = without(ended(answered, { id: 'call-4', from: 'line 4101', site: 'mairie', callerNumber: '4101' }));

  it('when the service has answered them', () => {
    const record = ended(answered, { id: 'call-3' });
    const closed = { at: record.endedAt, how: 'they reached us', call: 'call-3', by: 'line 4101' };
    expect(callBacksAfter(record, [task], rule)).toEqual([{ ...task, closed }]);
  });

  it('when another service has answered them whose callers it calls back', () => {
    const record = ended(answered, { service: 'mairie' });
    expect(callBacksAfter(record, [task], rule)).toMatchObject([{ closed: { how: 'they reached us' } }]);
  });

  it('when somebody of the service has answered them, by whatever number they called', () => {
    const record = without(ended({ is: 'answered', by: 'line 4105' }, { calledNumber: '4105' }));
    expect(callBacksAfter(record, [task], rule)).toMatchObject([{ closed: { by: 'line 4105' } }]);
  });

  it('not when another service or another line has answered them', () => {
    expect(callBacksAfter(ended(answered, { service: 'canicule' }), [task], rule)).toEqual([]);
    expect(callBacksAfter(without(ended(answered)), [task], rule)).toEqual([]);
  });

  it('when somebody of the town has called them and they answered', () => {
    const record = { ...out, calledNumber: citizen };
    const closed = { at: record.endedAt, how: 'we reached them', call: 'call-4', by: 'line 4101' };
    expect(callBacksAfter(record, [task], rule)).toEqual([{ ...task, closed }]);
  });

  it('when a colleague who asked is called back at their extension, and not when a citizen calls there', () => {
    const colleague: CallBack = { ...task, number: '4102' };
    const record = { ...out, calledNumber: '4102', outcome: { is: 'answered', by: 'line 4102' } } as const;
    expect(callBacksAfter(record, [colleague], rule)).toMatchObject([{ closed: { how: 'we reached them' } }]);
    const { site: _, ...fromOutside } = { ...record, from: 'trunk operator', callerNumber: citizen };
    expect(callBacksAfter(fromOutside, [colleague], rule)).toEqual([]);
  });

  it('for all services at once when we have reached them, and for nobody else', () => {
    const other: CallBack = { ...task, id: 'call-9', number: '+33639980777' };
    const elsewhere: CallBack = { ...task, id: 'call-8', service: canicule };
    const closed = callBacksAfter({ ...out, calledNumber: citizen }, [task, other, elsewhere], rule);
    expect(closed.map(({ id }) => id)).toEqual(['call-1', 'call-8']);
  });

  it('not by a call that nobody answered', () => {
    const refused = { ...out, outcome: { is: 'refused', why: 'no-answer', sip: 480, q850: 19 } as const };
    expect(callBacksAfter({ ...refused, calledNumber: citizen }, [task], rule)).toEqual([]);
  });
});
