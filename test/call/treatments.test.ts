import { describe, expect, it } from 'vitest';
import { carryOut } from '../../src/call/carry-out.ts';
import { openRecord } from '../../src/call/record.ts';
import { decide } from '../../src/decide/decide-call.ts';
import type { SaidFirst, Target, Treatment } from '../../src/domain/call.ts';
import type { LineId, ServiceId, TrunkId } from '../../src/domain/ids.ts';
import { incoming, quiet } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { answersAfter, goodbye, line, play, preAnswered, queue, ring, rings, whole } from './carrying.ts';
import { fakeWorld, type Town } from './fake-world.ts';

const operator = { address: '192.0.2.1', port: 5060, transport: 'udp' } as const;

describe('pre-answer', () => {
  it('says the welcome, then rings with the tone of ringing, and keeps both times apart', async () => {
    const treatment = preAnswered({ do: 'tell', say: [{ prompt: 'welcome' }], next: ring([line('4102')]) });
    const { outcome, told, record } = await whole(treatment, {
      voice: {},
      legsOf: () => [answersAfter(3)],
      talks: 30,
    });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4102' });
    expect(told()).toEqual(['answer', '+0 play welcome', '+2 loop ring-back']);
    expect([record?.preAnsweredAt, record?.answeredAt].map((at) => (at ?? 0) - (record?.startedAt ?? 0))).toEqual([
      0, 5_000,
    ]);
  });

  it('is passed over where there is no media server: the call still rings', async () => {
    const treatment = preAnswered({ do: 'tell', say: [{ prompt: 'welcome' }], next: ring([line('4102')]) });
    const { outcome } = await whole(treatment, { legsOf: () => [answersAfter(3)] });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4102' });
  });

  it('stops every phone at once when the caller hangs up, and says what they were hearing', async () => {
    const meanwhile = { say: [{ prompt: 'welcome' }], whenAnswered: 'cut' } as const;
    const treatment = preAnswered(ring([line('4102')], { meanwhile }));
    const { outcome, stopped } = await whole(treatment, { voice: { leaves: 1 }, legsOf: () => [[rings], [rings]] });
    expect(outcome).toEqual({ is: 'caller gone', during: 'ringing' });
    expect(stopped.map(({ reason }) => reason)).toEqual(['caller gone', 'caller gone']);
  });

  it('tells the caller and releases them when nobody answers', async () => {
    const town: Town = { voice: {}, legsOf: () => [[rings]] };
    const { outcome, told, refusals } = await whole(preAnswered(ring([line('4102')])), town);
    expect(outcome).toEqual({ is: 'told and released', what: 'goodbye' });
    expect(told().at(-1)).toBe('+20 play goodbye');
    expect(refusals.at(-1)).toMatchObject({ why: 'no-answer', as: { sip: 480, q850: 19 } });
  });

  it('follows a key pressed during the announcement', async () => {
    const treatment = preAnswered({
      do: 'tell',
      say: [{ prompt: 'choose' }],
      keys: { '2': ring([line('4103')]) },
      waitSeconds: 5,
      next: goodbye,
    });
    const { dialled } = await whole(treatment, { voice: { keys: [[1, '2']] }, legsOf: () => [answersAfter(1)] });
    expect(dialled.map((target) => target.is === 'line' && target.line)).toEqual(['4103']);
  });
});

describe('an announcement during which it rings', () => {
  it('is waited for by who answers, when it is to be finished', async () => {
    const meanwhile = { say: [{ prompt: 'welcome' }], whenAnswered: 'finish' } as const;
    const town: Town = { voice: {}, legsOf: () => [answersAfter(1)], talks: 30 };
    const finished = await whole(preAnswered(ring([line('4102')], { meanwhile })), town);
    const cut = await whole(
      preAnswered(ring([line('4102')], { meanwhile: { ...meanwhile, whenAnswered: 'cut' } })),
      town,
    );
    expect([finished, cut].map(({ record }) => (record?.endedAt ?? 0) - (record?.startedAt ?? 0))).toEqual([
      32_000, 31_000,
    ]);
  });

  it('goes on while the next one rings, when the first is busy', async () => {
    const meanwhile = { say: [{ prompt: 'welcome' }, { prompt: 'more' }], whenAnswered: 'cut' } as const;
    const step = ring([line('4102')], { meanwhile, otherwise: ring([line('4103')]) });
    const legsOf: Town['legsOf'] = (target) => [
      target.is === 'line' && target.line === '4102' ? [{ after: 1, does: 'fail', sip: 486 }] : answersAfter(9),
    ];
    const { outcome, told } = await whole(preAnswered(step), { voice: {}, legsOf, talks: 1 });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4103' });
    expect(told()).toEqual(['answer', '+0 play welcome more', '+4 loop ring-back']);
  });

  it('is cut after the seconds it may take', async () => {
    const meanwhile = { say: [{ prompt: 'long' }], whenAnswered: 'cut', secondsAtMost: 1 } as const;
    const town: Town = { voice: {}, legsOf: () => [answersAfter(9)], talks: 1 };
    const { told } = await whole(preAnswered(ring([line('4102')], { meanwhile })), town);
    expect(told()).toEqual(['answer', '+0 play long', '+1 loop ring-back']);
  });

  it('that is to be finished is not answered by anybody when the caller hangs up before its end', async () => {
    const meanwhile = { say: [{ prompt: 'one' }, { prompt: 'two' }], whenAnswered: 'finish' } as const;
    const town: Town = { voice: { leaves: 2 }, legsOf: () => [answersAfter(1)] };
    const { outcome, stopped, record } = await whole(preAnswered(ring([line('4102')], { meanwhile })), town);
    expect(outcome).toMatchObject({ is: 'caller gone' });
    expect(record?.answeredAt).toBeUndefined();
    expect(stopped).toMatchObject([{ reason: 'caller gone' }]);
  });
});

describe('who is spoken to first', () => {
  const accept: SaidFirst = { say: [{ prompt: 'accept' }], key: '1', waitSeconds: 5 };

  it('has the call only when they press the key: a mobile’s voicemail does not take it', async () => {
    const { outcome, dialled } = await whole(ring([line('4102', accept)], { otherwise: ring([line('4103')]) }), {
      legsOf: () => [answersAfter(2)],
      answererVoice: () => ({}),
    });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4103' });
    expect(dialled).toHaveLength(2);
  });

  it('has the call when they press it', async () => {
    const answererVoice = () => ({ keys: [[3, '1']] as const });
    const { outcome } = await whole(ring([line('4102', accept)]), { legsOf: () => [answersAfter(2)], answererVoice });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4102' });
  });

  it('leaves the others ringing meanwhile: who answers there is faster', async () => {
    const { outcome, stopped } = await whole(ring([line('4102', accept), line('4103')]), {
      legsOf: (target) => [answersAfter(target.is === 'line' && target.line === '4103' ? 4 : 1)],
      answererVoice: () => ({}),
    });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4103' });
    expect(stopped).toMatchObject([{ reason: 'answered elsewhere' }]);
  });

  it('hears the service’s name; when they hang up meanwhile the call goes on', async () => {
    const whisper: SaidFirst = { say: [{ prompt: 'whisper' }] };
    const town: Town = { legsOf: () => [answersAfter(1)], answererVoice: () => ({ leaves: 1 }), voice: {} };
    const { outcome } = await whole(preAnswered(ring([line('4102', whisper)])), town);
    expect(outcome).toEqual({ is: 'told and released', what: 'goodbye' });
  });

  it('has time to press it though the others have rung for long enough', async () => {
    const answererVoice = () => ({ keys: [[3, '1']] as const });
    const step = ring([line('4102', accept), line('4103')], { seconds: 4 });
    const legsOf: Town['legsOf'] = (target) => [
      target.is === 'line' && target.line === '4102' ? answersAfter(3) : [rings],
    ];
    const { outcome, stopped } = await whole(step, { legsOf, answererVoice });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4102' });
    expect(stopped).toMatchObject([{ reason: 'no answer' }]);
  });
});

describe('a caller who is to be called back', () => {
  const callBack: Treatment = { do: 'call back', service: 'portage' as ServiceId, say: [] };

  it('is told at which number, and released', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: () => [] });
    const call = incoming({ dialled: '+33199005000', claims: { from: '+33639980001' } });
    const record = openRecord(call, beauvoir, fake.world);
    record.decided(decide({ ...call, source: operator }, beauvoir, () => quiet()));
    const seats = fake.world.seats.open();
    const over = carryOut(callBack, { call, leg: fake.caller, config: beauvoir, world: fake.world, record, seats });
    await fake.clock.run(60);
    expect(await over).toEqual({ is: 'call-back asked', service: 'portage' });
    expect(fake.told().at(-1)).toContain('callback.number callback.done');
  });

  it('keys a number when theirs is not known, and may try three times', async () => {
    const keys = [...'12#', ...'0639980001#'].map((key, index) => [1 + index / 10, key] as const);
    const { outcome } = await whole(preAnswered(callBack), { voice: { keys }, legsOf: () => [] });
    expect(outcome).toEqual({ is: 'call-back asked', service: 'portage', number: '+33639980001' });
    const silent = await whole(preAnswered(callBack), { voice: {}, legsOf: () => [] });
    expect(silent.outcome).toEqual({ is: 'told and released', what: '' });
  });
});

describe('a wish', () => {
  const wish: Treatment = {
    do: 'wish',
    of: '4101' as LineId,
    change: { set: 'doNotDisturb' },
    say: [{ prompt: 'disturb.on' }],
  };

  it('is changed, then confirmed by a sentence', async () => {
    const { outcome, told, wished } = await whole(wish, { voice: {}, legsOf: () => [] });
    expect(wished).toEqual([['4101', { set: 'doNotDisturb' }]]);
    expect(told()).toEqual(['answer', '+0 play disturb.on']);
    expect(outcome).toEqual({ is: 'feature done', what: 'set doNotDisturb' });
  });

  it('is changed also when nothing can be said, or when they hang up at once', async () => {
    expect((await whole(wish, { legsOf: () => [] })).wished).toHaveLength(1);
    const { outcome, wished } = await whole(wish, { voice: { leaves: 0.5 }, legsOf: () => [] });
    expect([wished.length, outcome.is]).toEqual([1, 'feature done']);
  });

  it('that cannot be stored is told so, and alarms', async () => {
    const { outcome, told, faults } = await whole(wish, { voice: {}, legsOf: () => [], wishesFail: true });
    expect(told().at(-1)).toBe('+0 play refused.fault');
    expect(outcome.is).toBe('our fault');
    expect(faults).toHaveLength(1);
  });
});

describe('a call that rings elsewhere', () => {
  const pickUp: Treatment = { do: 'pick up', by: '4103' as LineId, from: ['4102' as LineId] };

  it('is picked up by star code: the phone that rang stops, and the two talk', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: () => [[rings]], talks: 30 });
    const called = play(fake, ring([line('4102')]), 'citizen');
    await fake.clock.run(5);
    const picked = play(fake, pickUp, '4103');
    await fake.clock.run(100);
    expect(await called).toEqual({ is: 'answered', by: 'line 4103, picked up' });
    expect(await picked).toEqual({ is: 'feature done', what: 'picked up a call of 4102' });
    expect(fake.stopped).toMatchObject([{ reason: 'answered elsewhere' }]);
  });

  it('is there for one who is waiting in line, too', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: () => [[rings]], talks: 30 });
    const called = play(fake, preAnswered(queue()), 'citizen');
    await fake.clock.run(3);
    const picked = play(fake, pickUp, '4103');
    await fake.clock.run(100);
    expect([(await called).is, (await picked).is]).toEqual(['answered', 'feature done']);
  });

  it('is not there: whoever dialled hears that, and is released', async () => {
    const { outcome, told } = await whole(pickUp, { voice: {}, legsOf: () => [] });
    expect(outcome).toEqual({ is: 'told and released', what: 'no call to pick up' });
    expect(told().at(-1)).toBe('+0 play tone busy');
  });

  it('is not held up for ever when the two cannot be joined: whoever dialled is released', async () => {
    const broken = fakeWorld({ voice: {}, legsOf: () => [[rings]], talkThrows: true });
    const called = play(broken, ring([line('4102')]), 'citizen').catch((error: unknown) => String(error));
    await broken.clock.run(5);
    const picked = play(broken, pickUp, '4103');
    await broken.clock.run(100);
    expect(await called).toContain('cannot talk');
    expect(await picked).toEqual({ is: 'told and released', what: 'no call to pick up' });
    expect(broken.refusals.length).toBeGreaterThan(0);
  });

  it('is not picked up by whom it never talked to', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: () => [[rings]], talkNeverBegins: true });
    void play(fake, ring([line('4102')]), 'citizen');
    await fake.clock.run(5);
    const picked = play(fake, pickUp, '4103');
    await fake.clock.run(100);
    expect(await picked).toEqual({ is: 'told and released', what: 'no call to pick up' });
  });

  it('cannot be picked up any more once it was answered', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: () => [answersAfter(1)], talks: 30 });
    const called = play(fake, ring([line('4102')]), 'citizen');
    await fake.clock.run(5);
    const picked = play(fake, pickUp, '4103');
    await fake.clock.run(100);
    expect([(await called).is, (await picked).is]).toEqual(['answered', 'told and released']);
  });
});

describe('a ring of several', () => {
  const later = (target: Target, afterSeconds: number): Target => ({ ...target, afterSeconds });

  it('rings a second phone when the first has rung for a while', async () => {
    const fake = fakeWorld({ legsOf: () => [[rings]] });
    const over = play(fake, ring([line('4102'), later(line('4103'), 10)]));
    await fake.clock.run(9);
    expect(fake.dialled).toHaveLength(1);
    await fake.clock.run(2);
    expect(fake.dialled).toHaveLength(2);
    await fake.clock.run(60);
    await over;
  });

  it('rings it at once when the first has failed, or is not there at all', async () => {
    for (const first of [[[{ after: 1, does: 'fail', sip: 486 } as const]], []]) {
      const legsOf: Town['legsOf'] = (target) =>
        target.is === 'line' && target.line === '4103' ? [answersAfter(1)] : first;
      const { outcome } = await whole(ring([line('4102'), later(line('4103'), 15)]), { legsOf, talks: 1 }, 5);
      expect(outcome).toEqual({ is: 'answered', by: 'line 4103' });
    }
  });

  it('reaches a mobile by the next trunk when one cannot, also while others ring', async () => {
    const by = (trunk: string): Target & { readonly is: 'trunk' } => ({
      is: 'trunk',
      trunk: trunk as TrunkId,
      target: 0,
      leaving: { called: '0639980001', shows: { withheld: false }, diversions: [] },
      emergency: false,
    });
    const mobile: Target = { ...by('operator'), orElse: [by('ipbx'), by('backup')] };
    const fails = { after: 1, does: 'fail', sip: 503 } as const;
    const legsOf: Town['legsOf'] = (target) => {
      if (target.is === 'line') return [[rings]];
      return [target.trunk === 'backup' ? answersAfter(2) : [fails]];
    };
    const { outcome, dialled } = await whole(ring([line('4102'), mobile]), { legsOf, talks: 1 });
    expect(outcome).toEqual({ is: 'answered', by: 'trunk backup target 0' });
    expect(dialled).toHaveLength(4);
    const busy: Town['legsOf'] = () => [[{ ...fails, sip: 486 }]];
    expect((await whole(ring([mobile]), { legsOf: busy, voice: {} })).dialled).toHaveLength(1);
  });

  it('goes on with the mobile when no phone beside it shows a sign of life', async () => {
    const mobile: Target = {
      is: 'trunk',
      trunk: 'backup' as TrunkId,
      target: 0,
      leaving: { called: '0639980001', shows: { withheld: false }, diversions: [] },
      emergency: false,
    };
    const legsOf: Town['legsOf'] = (target) => [target.is === 'line' ? [] : answersAfter(6)];
    const { outcome, stopped } = await whole(ring([line('4102'), mobile], { silentSeconds: 3 }), { legsOf, talks: 1 });
    expect(outcome).toEqual({ is: 'answered', by: 'trunk backup target 0' });
    expect(stopped).toMatchObject([{ target: { is: 'line' }, reason: 'no reply' }]);
  });

  it('is unreachable when no phone shows a sign of life within three seconds, and waits on when one does', async () => {
    const unreachable = ring([line('4105')]);
    const step = ring([line('4102')], { silentSeconds: 3, when: { unreachable } });
    const legsOf =
      (first: ReturnType<Town['legsOf']>): Town['legsOf'] =>
      (target) =>
        target.is === 'line' && target.line === '4105' ? [answersAfter(1)] : first;
    const silent = await whole(step, { legsOf: legsOf([[]]), talks: 1 }, 6);
    expect(silent.outcome).toEqual({ is: 'answered', by: 'line 4105' });
    for (const first of [answersAfter(8), [{ after: 8, does: 'answer' } as const]]) {
      const alive = await whole(step, { legsOf: legsOf([first]), answersProbe: true, talks: 1 }, 20);
      expect(alive.outcome).toEqual({ is: 'answered', by: 'line 4102' });
    }
  });
});

describe('phones that are registered and say nothing', () => {
  const silent = { silentSeconds: 3 };

  it('leave the call to a second phone that was to be rung later', async () => {
    const legsOf: Town['legsOf'] = (target) =>
      target.is === 'line' && target.line === '4103' ? [answersAfter(1)] : [[]];
    const later: Target = { ...line('4103'), afterSeconds: 30 };
    const { outcome } = await whole(ring([line('4102'), later], silent), { legsOf, talks: 1 }, 10);
    expect(outcome).toEqual({ is: 'answered', by: 'line 4103' });
  });

  it('do not end a call that rings elsewhere', async () => {
    const legsOf: Town['legsOf'] = (target) =>
      target.is === 'line' && target.line === '4103' ? [answersAfter(12)] : [[]];
    const { outcome } = await whole(
      ring([line('4102'), line('4103')], silent),
      { legsOf, answersProbe: true, talks: 1 },
      20,
    );
    expect(outcome).toEqual({ is: 'answered', by: 'line 4103' });
  });

  it('leave it to the less preferred phones of the line, which have their own three seconds', async () => {
    const unreachable = ring([line('4105')]);
    const step = ring([line('4102')], { ...silent, when: { unreachable } });
    const legsOf: Town['legsOf'] = (target, group) =>
      target.is === 'line' && target.line === '4105' ? [answersAfter(1)] : group === 0 ? [[]] : [answersAfter(2)];
    const second = await whole(step, { legsOf, groups: 2, talks: 1 }, 10);
    expect(second.outcome).toEqual({ is: 'answered', by: 'line 4102' });
    const neither = await whole(
      step,
      { legsOf: (target) => (target === step.targets[0] ? [[]] : [answersAfter(1)]), groups: 2, talks: 1 },
      10,
    );
    expect(neither.outcome).toEqual({ is: 'answered', by: 'line 4105' });
  });
});

describe('a service switched by star code', () => {
  const toClosed: Treatment = {
    do: 'switch service',
    service: 'accueil' as ServiceId,
    mode: 'closed',
    by: '4101' as LineId,
  };

  it('is switched before it is said, so that whoever hangs up has been obeyed', async () => {
    const { outcome, switched, told } = await whole(toClosed, { voice: { leaves: 1 }, legsOf: () => [] });
    expect(switched).toEqual(['accueil closed by line 4101']);
    expect(told()[0]).toBe('answer');
    expect(outcome).toEqual({ is: 'feature done', what: 'accueil switched to closed' });
  });

  it('is switched without a media server as well', async () => {
    const { outcome, switched } = await whole(toClosed, { legsOf: () => [] });
    expect(switched).toHaveLength(1);
    expect(outcome).toMatchObject({ is: 'feature done' });
  });

  it('says why it is not', async () => {
    const { outcome, told } = await whole(toClosed, { voice: {}, switchFails: true, legsOf: () => [] });
    expect(told().at(-1)).toBe('+0 play refused.fault');
    expect(outcome).toEqual({ is: 'told and released', what: 'there is no such service' });
  });
});

describe('what a caller hears in early media', () => {
  it('is heard before the call is taken, and both times are kept', async () => {
    const early: Treatment = {
      do: 'pre-answer',
      how: 'early media',
      next: { do: 'tell', say: [{ prompt: 'welcome' }], next: preAnswered(ring([line('4102')])) },
    };
    const { record } = await whole(early, { voice: {}, legsOf: () => [answersAfter(3)] });
    const times = [record?.heardAt, record?.preAnsweredAt, record?.answeredAt];
    expect(times.map((at) => (at ?? 0) - (record?.startedAt ?? 0))).toEqual([0, 2_000, 5_000]);
  });
});

describe('a caller whom a line forwards to a service', () => {
  it('is the service’s from there on, in the ledger and should we be cut short', async () => {
    const enters = 'accueil' as ServiceId;
    const treatment = ring([line('4102')], { otherwise: { ...ring([line('4103')]), enters } as Treatment });
    const { opened, record } = await whole(treatment, { legsOf: () => [[rings]], callerLeaves: 30 });
    expect(record).toMatchObject({ service: 'accueil', outcome: { is: 'caller gone' } });
    expect(opened).toMatchObject([{ service: 'accueil' }]);
  });
});
