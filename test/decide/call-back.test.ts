import { describe, expect, it } from 'vitest';
import { type CallBackRules, callBacksAfter } from '../../src/decide/call-back.ts';
import type { CallBack, CallBackOwner } from '../../src/domain/call-back.ts';
import type { LineId, ServiceId } from '../../src/domain/ids.ts';
import type { CallRecord, Outcome } from '../../src/domain/outcome.ts';
import { MONDAY_MORNING as start } from '../support/calls.ts';

const service = (id: string): CallBackOwner => ({ is: 'service', service: id as ServiceId });
const accueil = service('accueil');
const canicule = service('canicule');
const line4101: CallBackOwner = { is: 'line', line: '4101' as LineId };
const in90Minutes = (from: number): number => from + 90 * 60_000;
const owners: Readonly<Record<string, CallBackOwner>> = { accueil, canicule, mairie: accueil, '4101': line4101 };
const rule: CallBackRules = {
  of: (called) => {
    const owner = owners[called.is === 'service' ? called.service : called.line];
    return owner && { owner, dueAt: in90Minutes };
  },
  ownerOfMailbox: (id) => owners[id],
  lineCalled: ({ calledNumber }) => (calledNumber === '4101' ? line4101 : undefined),
  hasAnswered: (owner, { outcome, calledNumber }) => {
    if (outcome.is !== 'answered') return false;
    return owner.is === 'line' ? calledNumber === '4101' : owner === accueil && outcome.by === 'line 4105';
  },
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
  owner: accueil,
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

  it.each<[string, Outcome, CallBackOwner]>([
    ['who has promised it, though a line was dialled', { is: 'call-back asked', service: 'accueil' }, accueil],
    ['whose mailbox it is', { is: 'message left', mailbox: 'canicule', message: 'm1', seconds: 9 }, canicule],
  ])('is called back by %s', (_, outcome, owner) => {
    const { service: __, ...record } = ended(outcome);
    expect(callBacksAfter(record, [], rule)).toMatchObject([{ owner }]);
  });

  it('is whoever was refused or sent away because their last resort could not be carried out', () => {
    const refused = ended({ is: 'refused', why: 'unreachable', sip: 480, q850: 20 }, { unserved: canicule });
    expect(callBacksAfter(refused, [], rule)).toMatchObject([{ because: 'our fault', owner: canicule }]);
  });

  it('is called back by the service that promised it, when another had handed the call on', () => {
    const record = ended({ is: 'call-back asked', service: 'canicule' });
    expect(callBacksAfter(record, [], rule)).toMatchObject([{ owner: canicule }]);
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
    const elsewhere: CallBack = { ...task, id: 'call-8', owner: canicule };
    const closed = callBacksAfter({ ...out, calledNumber: citizen }, [task, other, elsewhere], rule);
    expect(closed.map(({ id }) => id)).toEqual(['call-1', 'call-8']);
  });

  it('not by a call that nobody answered', () => {
    const refused = { ...out, outcome: { is: 'refused', why: 'no-answer', sip: 480, q850: 19 } as const };
    expect(callBacksAfter({ ...refused, calledNumber: citizen }, [task], rule)).toEqual([]);
  });
});

describe('who called a line that calls back', () => {
  const { service: _, ...gaveUpAtLine } = ended({ is: 'caller gone', during: 'ringing' }, { calledNumber: '4101' });
  const owed = { ...task, owner: line4101 };
  const refused = (why: 'no-answer' | 'busy' | 'unreachable' | 'declined' | 'barred'): CallRecord => ({
    ...gaveUpAtLine,
    outcome: { is: 'refused', why, sip: 480, q850: 19 },
  });

  it('and gave up is to be called back by whose line it is', () => {
    expect(callBacksAfter(gaveUpAtLine, [], rule)).toEqual([owed]);
    expect(callBacksAfter({ ...gaveUpAtLine, id: 'call-2' }, [owed], rule)).toMatchObject([{ calls: 2 }]);
    expect(callBacksAfter({ ...gaveUpAtLine, calledNumber: '4102' }, [], rule)).toEqual([]);
  });

  it.each([
    ['no-answer', true],
    ['busy', true],
    ['unreachable', true],
    ['declined', false],
    ['barred', false],
  ] as const)('and was refused: %s: %s', (why, isMissed) => {
    expect(callBacksAfter(refused(why), [], rule)).toEqual(isMissed ? [{ ...owed, because: 'missed' }] : []);
  });

  it('and left a message there', () => {
    const outcome: Outcome = { is: 'message left', mailbox: '4101', message: 'm1', seconds: 9 };
    expect(callBacksAfter({ ...gaveUpAtLine, outcome }, [], rule)).toEqual([{ ...owed, because: 'message' }]);
  });

  it('and was forwarded to a service is one of its callers', () => {
    expect(callBacksAfter({ ...gaveUpAtLine, service: 'canicule' }, [], rule)).toMatchObject([{ owner: canicule }]);
  });

  it('has been reached when they were answered there, or were called from there: not from another office', () => {
    const answered = (more: Partial<CallRecord>): CallRecord => ({
      ...gaveUpAtLine,
      outcome: { is: 'answered', by: 'line 4102' },
      ...more,
    });
    expect(callBacksAfter(answered({}), [owed], rule)).toMatchObject([{ closed: { how: 'they reached us' } }]);
    const out = { callerNumber: '4101', site: 'mairie', calledNumber: citizen };
    const byThem = callBacksAfter(answered({ ...out, from: 'line 4101' }), [owed], rule);
    expect(byThem).toMatchObject([{ closed: { how: 'we reached them', by: 'line 4101' } }]);
    expect(callBacksAfter(answered({ ...out, from: 'line 4103' }), [owed], rule)).toEqual([]);
  });
});
