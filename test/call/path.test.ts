import { describe, expect, it } from 'vitest';
import { takeCall } from '../../src/call/path.ts';
import type { IncomingCall } from '../../src/domain/call.ts';
import type { ServiceId } from '../../src/domain/ids.ts';
import { fromLine, incoming } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { fakeWorld, type Script, type Town } from './fake-world.ts';

const rings = { after: 0.1, does: 'ring' } as const;
const answers = { after: 3, does: 'answer' } as const;
const busy = { after: 0.2, does: 'fail', sip: 486 } as const;

async function play(call: IncomingCall, town: Town, seconds = 600) {
  const fake = fakeWorld(town);
  const ended = takeCall(call, fake.caller, beauvoir, fake.world);
  await fake.clock.run(seconds);
  await ended;
  return { ...fake, record: fake.closed[0] };
}

const toColleague = fromLine('4101', '4102');
const outside = fromLine('4101', '00639980123');

describe('a call', () => {
  it('rings a colleague, is answered, and stands in the ledger with who hung up', async () => {
    const { record, opened, seats } = await play(toColleague, { legsOf: () => [[rings, answers]], talks: 30 });
    expect(record).toMatchObject({
      from: 'line 4101',
      site: 'mairie',
      dialled: '4102',
      outcome: { is: 'answered', by: 'line 4102' },
      endedBy: 'caller',
      configDigest: 'built',
      legs: [{ target: 'line 4102', sip: 200 }],
    });
    expect(record?.answeredAt).toBe((record?.startedAt ?? 0) + 3_000);
    expect(record?.endedAt).toBe((record?.startedAt ?? 0) + 33_000);
    expect(opened).toHaveLength(1);
    expect([seats.calls, [...'a'].map(() => seats.ofSite(toSite))]).toEqual([0, [0]]);
  });

  it('takes a seat at the site and a channel of the trunk while it lasts, and gives both back', async () => {
    const fake = fakeWorld({ legsOf: () => [[rings, answers]], talks: 30 });
    const ended = takeCall(outside, fake.caller, beauvoir, fake.world);
    await fake.clock.run(10);
    expect([fake.seats.calls, fake.seats.ofSite(toSite), fake.seats.ofTrunk(operator)]).toEqual([1, 1, 1]);
    await fake.clock.run(60);
    await ended;
    expect([fake.seats.calls, fake.seats.ofSite(toSite), fake.seats.ofTrunk(operator)]).toEqual([0, 0, 0]);
  });

  it('is refused when the number does not exist, and nobody is rung', async () => {
    const { record, dialled, refusals } = await play(fromLine('4101', '4999'), { legsOf: () => [] });
    expect(dialled).toEqual([]);
    expect(refusals).toEqual([{ why: 'unallocated', as: undefined }]);
    expect(record?.outcome).toEqual({ is: 'refused', why: 'unallocated', sip: 404, q850: 1 });
  });

  it('of a stranger is refused and recorded as such', async () => {
    const { record } = await play(incoming({ dialled: '+33199004101' }), { legsOf: () => [] });
    expect(record).toMatchObject({ from: 'stranger', outcome: { is: 'refused', why: 'stranger' } });
  });

  it('that is unfit in itself is refused with that, whoever called', async () => {
    const { record, dialled } = await play({ ...toColleague, unfit: 'not-sdp' }, { legsOf: () => [[answers]] });
    expect(dialled).toEqual([]);
    expect(record?.outcome).toMatchObject({ is: 'refused', why: 'not-sdp', sip: 415 });
  });

  it('passes on a busy, and says so with its cause', async () => {
    const { refusals, record } = await play(toColleague, { legsOf: () => [[busy]] });
    expect(refusals).toEqual([{ why: 'busy', as: { sip: 486, q850: 17 } }]);
    expect(record).toMatchObject({ outcome: { is: 'refused', why: 'busy' }, legs: [{ sip: 486 }] });
  });

  it('that nobody answers is cancelled everywhere and told so', async () => {
    const { stopped, record } = await play(toColleague, { legsOf: () => [[rings], [rings]] });
    expect(stopped.map(({ reason }) => reason)).toEqual(['no answer', 'no answer']);
    expect(record?.outcome).toMatchObject({ is: 'refused', why: 'no-answer', sip: 480, q850: 19 });
  });

  it('ends when the caller hangs up while it rings', async () => {
    const { stopped, record } = await play(toColleague, { legsOf: () => [[rings]], callerLeaves: 5 });
    expect(stopped.map(({ reason }) => reason)).toEqual(['caller gone']);
    expect(record?.outcome).toEqual({ is: 'caller gone', during: 'ringing' });
  });

  it('whose answer does not reach the caller any more was never answered', async () => {
    const { record } = await play(toColleague, { legsOf: () => [[rings, answers]], talkNeverBegins: true });
    expect(record?.outcome).toEqual({ is: 'caller gone', during: 'ringing' });
    expect(record?.answeredAt).toBeUndefined();
  });
});

describe('ringing together', () => {
  it('gives the call to the first phone that answers; the others stop with the reason', async () => {
    const { stopped, record } = await play(toColleague, {
      legsOf: () => [[rings], [rings, answers], [rings, { after: 3, does: 'answer' }]],
    });
    expect(stopped.map(({ reason }) => reason)).toEqual(['answered elsewhere', 'answered elsewhere']);
    expect(record?.outcome).toMatchObject({ is: 'answered' });
  });

  it('goes on while one phone is busy and another rings', async () => {
    const { record } = await play(toColleague, { legsOf: () => [[busy], [rings, answers]] });
    expect(record?.outcome).toMatchObject({ is: 'answered' });
  });

  it('stops the other phones of a line that declines, and no other member of the service (RFC 3261 §21.6)', async () => {
    const declines = [{ after: 1, does: 'fail', sip: 603 } as const];
    const { stopped, record } = await play(incomingService, {
      legsOf: (target) => (target.is === 'line' && target.line === '4101' ? [declines, [rings]] : [[rings, answers]]),
    });
    expect(stopped.filter(({ reason }) => reason === 'declined elsewhere')).toHaveLength(1);
    expect(record?.outcome).toMatchObject({ is: 'answered' });
  });

  it('never has more than twenty legs (RFC 5393)', async () => {
    const many = Array.from({ length: 30 }, () => [rings, answers]);
    const { stopped } = await play(toColleague, { legsOf: () => many });
    expect(stopped).toHaveLength(29);
  });
});

describe('phones of one line, one preferred to another (RFC 3261 §16.6)', () => {
  const inTurn = (first: Script, second: Script, more: Partial<Town> = {}) =>
    play(toColleague, { groups: 2, legsOf: (_, group) => [group === 0 ? first : second], ...more });

  it('are rung together with their like, and the next when all of those have failed', async () => {
    const { record } = await play(toColleague, {
      groups: 2,
      legsOf: (_, group) =>
        group === 0 ? [[busy], [rings, { after: 4, does: 'fail', sip: 480 }]] : [[rings, answers]],
    });
    expect(record?.outcome).toMatchObject({ is: 'answered' });
    expect(record?.legs?.map(({ sip, sentAt, endedAt }) => [sip, sentAt, endedAt])).toEqual([
      [486, expect.any(Number), expect.any(Number)],
      [480, expect.any(Number), record?.legs?.[2]?.sentAt],
      [200, record?.legs?.[1]?.endedAt, expect.any(Number)],
    ]);
  });

  it('have an equal share of the time each', async () => {
    const { stopped, record } = await inTurn([rings], [rings, answers]);
    const [one, two] = record?.legs ?? [];
    expect([one?.endedAt, stopped[0]?.reason]).toEqual([two?.sentAt, 'no answer']);
    expect(record?.outcome).toMatchObject({ is: 'answered' });
  });

  it('are told by the failure that says most, once all have been tried', async () => {
    const { record } = await inTurn([busy], [{ after: 1, does: 'fail', sip: 480 }]);
    expect(record?.outcome).toMatchObject({ is: 'refused', why: 'busy' });
    const { record: other } = await inTurn([rings], [rings]);
    expect(other?.outcome).toMatchObject({ is: 'refused', why: 'no-answer' });
  });

  it('are not rung any more when one of them declines for the line (RFC 3261 §21.6)', async () => {
    const { record } = await inTurn([{ after: 1, does: 'fail', sip: 603 }], [rings, answers]);
    expect([record?.legs?.length, record?.outcome]).toEqual([1, expect.objectContaining({ sip: 603 })]);
  });

  it('are dialled twenty times in all at most (RFC 5393)', async () => {
    const { dialled, stopped, record } = await play(toColleague, {
      groups: 2,
      legsOf: (_, group) => Array.from({ length: 15 }, () => (group === 0 ? [busy] : [rings, answers])),
    });
    expect([dialled.length, record?.legs?.length]).toEqual([2, 30]);
    expect(stopped.filter(({ reason }) => reason === 'no answer')).toHaveLength(10);
  });
});

describe('trunks in turn', () => {
  const first = (script: Script): Town['legsOf'] => {
    let count = 0;
    return () => {
      count += 1;
      return [count === 1 ? script : [rings, answers]];
    };
  };

  it('move on after a 503', async () => {
    const { dialled, record } = await play(outside, { legsOf: first([{ after: 0.1, does: 'fail', sip: 503 }]) });
    expect(dialled).toHaveLength(2);
    expect(record?.outcome).toEqual({ is: 'answered', by: 'trunk operator target 1' });
  });

  it('stop at a 404', async () => {
    const { dialled, record } = await play(outside, { legsOf: first([{ after: 0.1, does: 'fail', sip: 404 }]) });
    expect(dialled).toHaveLength(1);
    expect(record?.outcome).toMatchObject({ is: 'refused', sip: 404 });
  });

  it('move on when a target is silent and answers no question either', async () => {
    const { record, stopped } = await play(outside, { legsOf: first([]) });
    expect(stopped[0]).toMatchObject({ reason: 'no reply', target: { target: 0 } });
    expect(record?.outcome).toEqual({ is: 'answered', by: 'trunk operator target 1' });
  });

  it('wait for a slow target that shows other signs of life', async () => {
    const slow = [{ after: 12, does: 'ring' } as const, { after: 15, does: 'answer' } as const];
    const { record } = await play(outside, { legsOf: first(slow), answersProbe: true });
    expect(record?.outcome).toEqual({ is: 'answered', by: 'trunk operator target 0' });
  });

  it('free the channel of a target that failed before the next one is tried', async () => {
    const { seats, record } = await play(outside, { legsOf: () => [[{ after: 0.1, does: 'fail', sip: 500 }]] });
    expect(seats.ofTrunk(operator)).toBe(0);
    expect(record?.outcome).toMatchObject({ is: 'refused', why: 'trunks-failed' });
  });
});

describe('admission', () => {
  it('refuses calls while the exchange is being stopped', async () => {
    const { record } = await play(toColleague, { legsOf: () => [[answers]], draining: true });
    expect(record?.outcome).toMatchObject({ is: 'refused', why: 'draining', sip: 503 });
  });

  it('refuses calls beyond the rate', async () => {
    const { record } = await play(toColleague, { legsOf: () => [[answers]], rateExceeded: true });
    expect(record?.outcome).toMatchObject({ is: 'refused', why: 'overload' });
  });

  it('lets an emergency call through all of it', async () => {
    const { record } = await play(fromLine('4104', '15'), {
      legsOf: () => [[rings, answers]],
      draining: true,
      rateExceeded: true,
    });
    expect(record?.outcome).toMatchObject({ is: 'answered' });
  });
});

describe('a mistake of ours', () => {
  it.each([
    ['the facts cannot be had', { factsThrow: true }],
    ['dialling throws', { dialThrows: true }],
    ['talking throws', { talkThrows: true }],
  ])('is an outcome and an alarm, and the caller gets a 500: %s', async (_, fault) => {
    const { record, faults, refusals } = await play(toColleague, { legsOf: () => [[rings, answers]], ...fault });
    expect(record?.outcome).toMatchObject({ is: 'our fault' });
    expect(faults).toHaveLength(1);
    expect(refusals).toEqual([{ why: 'our-fault', as: undefined }]);
  });

  it('leaves nothing ringing', async () => {
    const { stopped, record } = await play(toColleague, {
      legsOf: () => [[rings], [rings, { after: 1, does: 'throw' }]],
    });
    expect(record?.outcome).toMatchObject({ is: 'our fault' });
    expect(stopped.map(({ reason }) => reason)).toEqual(['our fault', 'our fault']);
  });
});

const toSite = 'mairie' as Parameters<ReturnType<typeof fakeWorld>['seats']['ofSite']>[0];
const operator = 'operator' as Parameters<ReturnType<typeof fakeWorld>['seats']['ofTrunk']>[0];
const incomingService = incoming({
  dialled: '+33199004900',
  source: { address: '192.0.2.10', port: 5060, transport: 'udp' },
  claims: { from: '+33639980123' },
});

describe('a call that is over', () => {
  it('stands in the ledger though what it held cannot be put away', async () => {
    const fake = fakeWorld({ legsOf: () => [[rings, answers]], talks: 30 });
    const broken = () => {
      throw new Error('it cannot be given back');
    };
    const world = {
      ...fake.world,
      presence: { ...fake.world.presence, ended: broken },
      seats: { ...fake.world.seats, open: () => ({ ...fake.world.seats.open(), close: broken }) },
    };
    const caller = { ...fake.caller, quality: () => Promise.reject(new Error('nobody knows')) };
    const ended = takeCall(toColleague, caller, beauvoir, world);
    await fake.clock.run(600);
    await ended;
    expect(fake.closed).toMatchObject([{ outcome: { is: 'answered' } }]);
    expect(fake.faults).toHaveLength(3);
  });
});

describe('a caller of a service', () => {
  it('counts as waiting while it rings, and no longer once somebody has answered', async () => {
    const fake = fakeWorld({ legsOf: () => [[rings, answers]], talks: 30 });
    const ended = takeCall(fromLine('4103', '4900'), fake.caller, beauvoir, fake.world);
    const waiting = () => fake.seats.ofService('portage-repas' as ServiceId);
    await fake.clock.run(2);
    expect(waiting()).toBe(1);
    await fake.clock.run(2);
    expect(waiting()).toBe(0);
    await fake.clock.run(100);
    await ended;
    expect([waiting(), fake.closed[0]?.outcome.is]).toEqual([0, 'answered']);
  });

  it('who is told goodbye waits for nobody any more', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: () => [[rings]] });
    const ended = takeCall(fromLine('4103', '4900'), fake.caller, beauvoir, fake.world);
    await fake.clock.run(31);
    expect(fake.closed).toEqual([]);
    expect(fake.seats.ofService('portage-repas' as ServiceId)).toBe(0);
    await fake.clock.run(100);
    await ended;
  });
});
