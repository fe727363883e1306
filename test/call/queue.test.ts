import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/domain/call.ts';
import type { LineId, ServiceId, TrunkId } from '../../src/domain/ids.ts';
import { answersAfter, line, play, preAnswered, queue, ring, rings, whole } from './carrying.ts';
import { fakeWorld, type Script, type Town } from './fake-world.ts';

describe('waiting in line', () => {
  it('plays music, and offers the caller to an agent until one answers', async () => {
    const { outcome, told } = await whole(preAnswered(queue()), {
      voice: {},
      legsOf: () => [answersAfter(4)],
      talks: 10,
    });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4102' });
    expect(told()).toEqual(['answer', '+0 loop music']);
  });

  it('says the position and the wait, and goes on with music', async () => {
    const town: Town = { voice: {}, legsOf: () => [] };
    const { told, outcome } = await whole(preAnswered(queue({ announceEverySeconds: 30, secondsAtMost: 40 })), town);
    expect(told().slice(0, 6)).toEqual([
      'answer',
      '+0 loop music',
      '+0 play queue.position queue.wait',
      '+4 loop music',
      '+30 play queue.position queue.wait',
      '+34 loop music',
    ]);
    expect(outcome).toEqual({ is: 'told and released', what: 'goodbye' });
  });

  it('says and plays nothing more once an agent has answered in the middle of an announcement', async () => {
    const town: Town = { voice: {}, legsOf: () => [answersAfter(31)], talks: 60 };
    const treatment = preAnswered(queue({ announceEverySeconds: 30, ringSeconds: 60 }));
    const { told, outcome } = await whole(treatment, town);
    expect(outcome).toEqual({ is: 'answered', by: 'line 4102' });
    expect(told().at(-1)).toBe('+30 play queue.position queue.wait');
  });

  it('obeys a key at once, also in the middle of an announcement', async () => {
    const keys = { '1': { do: 'say goodbye', say: [{ prompt: 'bye' }] } } as const;
    const town: Town = { voice: { keys: [[1, '1']] }, legsOf: () => [] };
    const { told } = await whole(preAnswered(queue({ announceEverySeconds: 30, keys })), town);
    expect(told().at(-1)).toBe('+1 play bye');
  });

  it('serves in the order of arrival: an agent who is rung for one caller is not rung for another', async () => {
    const fake = fakeWorld({ legsOf: () => [answersAfter(3)], talks: 20 });
    const first = play(fake, queue());
    const second = play(fake, queue(), '4103');
    await fake.clock.run(5);
    expect(fake.dialled).toHaveLength(1);
    await fake.clock.run(200);
    expect(await Promise.all([first, second])).toEqual([
      { is: 'answered', by: 'line 4102' },
      { is: 'answered', by: 'line 4102' },
    ]);
    expect(fake.dialled).toHaveLength(2);
  });

  it('lets who matters more go first', async () => {
    const fake = fakeWorld({ legsOf: () => [answersAfter(3)], talks: 20, away: [] });
    const talking = play(fake, queue());
    await fake.clock.run(1);
    const late = play(fake, queue({ callersAtMost: 5 }), 'late');
    const urgent = play(fake, queue({ callersAtMost: 5, priority: 5 }), 'urgent');
    await fake.clock.run(200);
    await Promise.all([talking, late, urgent]);
    expect(fake.closed.map(({ id, outcome }) => [id, outcome.is])).toEqual([
      ['4101', 'answered'],
      ['urgent', 'answered'],
      ['late', 'answered'],
    ]);
  });

  it('goes another way when it is full', async () => {
    const fake = fakeWorld({ legsOf: () => [], voice: {} });
    const all = [queue(), queue(), queue()].map((one) => play(fake, one));
    await fake.clock.run(10);
    expect(await all[2]).toEqual({ is: 'told and released', what: 'goodbye' });
    await fake.clock.run(100);
    await Promise.all(all);
  });
});

describe('what is said in line', () => {
  it('is the welcome, while the first agent is rung already', async () => {
    const meanwhile = { say: [{ prompt: 'welcome' }, { prompt: 'more' }], whenAnswered: 'finish' } as const;
    const town: Town = { voice: {}, legsOf: () => [answersAfter(1)], talks: 10 };
    const { told, dialled, record } = await whole(preAnswered(queue({ meanwhile, announceEverySeconds: 30 })), town);
    expect(told()).toEqual(['answer', '+0 play welcome more', '+4 loop music']);
    expect(dialled).toHaveLength(1);
    expect((record?.answeredAt ?? 0) - (record?.startedAt ?? 0)).toBe(1_000);
  });

  it('is nothing of their place when an agent is free', async () => {
    const town: Town = { voice: {}, legsOf: () => [answersAfter(4)], talks: 10 };
    const { told } = await whole(preAnswered(queue({ announceEverySeconds: 30 })), town);
    expect(told()).toEqual(['answer', '+0 loop music']);
  });

  it('is the keys to leave by, also where their place is not told', async () => {
    const offers = [{ prompt: 'menu.message' }];
    const { told } = await whole(preAnswered(queue({ offers, secondsAtMost: 10 })), { voice: {}, legsOf: () => [] });
    expect(told().slice(0, 4)).toEqual(['answer', '+0 loop music', '+0 play menu.message', '+2 loop music']);
  });

  it('is no wait that nobody knows: nobody is there who could take the call', async () => {
    const town: Town = { voice: {}, legsOf: () => [], unregistered: ['4102' as LineId] };
    const { told } = await whole(preAnswered(queue({ announceEverySeconds: 30, secondsAtMost: 10 })), town);
    expect(told()).toContain('+0 play queue.position');
  });
});

describe('the agents of a queue', () => {
  it('are not rung while away or in another call, and found again when they are back', async () => {
    const away = await whole(queue(), { legsOf: () => [answersAfter(1)], away: ['4102' as LineId] });
    expect(away.dialled).toEqual([]);
    const fake = fakeWorld({ legsOf: () => [answersAfter(1)], talks: 5 });
    const seats = fake.world.seats.open();
    seats.sit(undefined);
    const free = seats.line('4102' as LineId);
    const over = play(fake, queue());
    await fake.clock.run(5);
    expect(fake.dialled).toEqual([]);
    free();
    await fake.clock.run(60);
    expect(await over).toEqual({ is: 'answered', by: 'line 4102' });
  });

  it('are rung by who has been free the longest', async () => {
    const fake = fakeWorld({ legsOf: () => [answersAfter(1)], talks: 5 });
    const targets = [line('4102'), line('4103')];
    for (const caller of ['4101', '4104', '4105']) {
      const over = play(fake, queue({ how: 'longest idle', targets }), caller);
      await fake.clock.run(20);
      await over;
    }
    expect(fake.dialled.map((target) => target.is === 'line' && target.line)).toEqual(['4102', '4103', '4102']);
  });

  it('stop ringing when the caller presses a key that leads elsewhere', async () => {
    const keys = { '1': ring([line('4105')]) };
    const { outcome, stopped } = await whole(preAnswered(queue({ keys })), {
      voice: { keys: [[3, '1']] },
      legsOf: (target) => [target.is === 'line' && target.line === '4105' ? answersAfter(1) : [rings]],
    });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4105' });
    expect(stopped).toMatchObject([{ reason: 'no answer' }]);
  });

  it('stop ringing when the caller hangs up, and the next one moves up', async () => {
    const { outcome, world } = await whole(preAnswered(queue()), { voice: { leaves: 5 }, legsOf: () => [[rings]] });
    expect(outcome).toEqual({ is: 'caller gone', during: 'queue' });
    expect(world.queues.waiting('portage' as ServiceId)).toBe(0);
  });
});

const names = ({ dialled }: ReturnType<typeof fakeWorld>) =>
  dialled.map((target) => (target.is === 'line' ? target.line : target.member));
const members = ['4102', '4103', '4105'].map((id) => line(id));
const post: Target = {
  is: 'trunk',
  trunk: 'ipbx' as TrunkId,
  target: 0,
  leaving: { called: '7010', shows: { withheld: false }, diversions: [] },
  emergency: false,
  member: '7010',
};
const does =
  (by: Readonly<Record<string, Script>>): Town['legsOf'] =>
  (target) => [by[target.is === 'line' ? target.line : (target.member ?? '')] ?? []];

describe('the members of a queue', () => {
  it.each(['in turn', 'rotating', 'longest idle'] as const)(
    'ring %s: who does not answer is passed over',
    async (how) => {
      const fake = fakeWorld({
        voice: {},
        legsOf: does({ '4102': [rings], '4105': answersAfter(4) }),
        unregistered: ['4103' as LineId],
      });
      const over = play(fake, preAnswered(queue({ how, targets: members })));
      await fake.clock.run(200);
      expect(await over).toEqual({ is: 'answered', by: 'line 4105' });
      expect(names(fake)).toEqual(['4102', '4105']);
    },
  );

  it('ring once more when all of them were rung in vain, after the pause', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: does({}) });
    const over = play(fake, preAnswered(queue({ targets: [line('4102'), line('4103')], secondsAtMost: 38 })));
    await fake.clock.run(100);
    await over;
    expect(names(fake)).toEqual(['4102', '4103', '4102', '4103']);
  });

  it('ring at once when they come back while the others have a pause', async () => {
    const town = { voice: {}, legsOf: does({ '4103': answersAfter(1) }), away: ['4103' as LineId] };
    const fake = fakeWorld(town);
    const over = play(fake, preAnswered(queue({ targets: [line('4102'), line('4103')], pauseSeconds: 40 })));
    await fake.clock.run(12);
    town.away.pop();
    await fake.clock.run(2.5);
    expect(names(fake)).toEqual(['4102', '4103']);
    await fake.clock.run(100);
    expect(await over).toEqual({ is: 'answered', by: 'line 4103' });
  });

  it('on the IPBX ring last when the longest idle comes first, and are left alone for a while when they are busy', async () => {
    const busy: Script = [{ after: 1, does: 'fail', sip: 486 }];
    const fake = fakeWorld({ voice: {}, legsOf: does({ '7010': busy }) });
    const over = play(fake, preAnswered(queue({ how: 'longest idle', targets: [post, line('4102')] })));
    await fake.clock.run(100);
    await over;
    // 10 s for the line, 1 s for the post, 2 s of pause: the post has half a minute's peace each time.
    expect(names(fake)).toEqual(['4102', '7010', '4102', '4102', '4102', '7010', '4102']);
  });

  it('on the IPBX ring for one caller only while they talk', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: does({ '7010': answersAfter(1) }), talks: 20 });
    const first = play(fake, queue({ targets: [post] }));
    await fake.clock.run(5);
    const second = play(fake, queue({ targets: [post] }), 'second');
    await fake.clock.run(10);
    expect(names(fake)).toEqual(['7010']);
    await fake.clock.run(60);
    expect([(await first).is, (await second).is]).toEqual(['answered', 'answered']);
  });
});

describe('the members of several services', () => {
  it('ring for one caller at a time, and for the one who matters more first', async () => {
    const fake = fakeWorld({ legsOf: does({ '4102': answersAfter(3) }), talks: 20 });
    const crisis = 'crise' as ServiceId;
    const talking = play(fake, queue());
    await fake.clock.run(1);
    expect(names(fake)).toEqual(['4102']);
    const late = play(fake, queue(), 'late');
    const urgent = play(fake, queue({ service: crisis, priority: 5 }), 'urgent');
    await fake.clock.run(1);
    expect(names(fake)).toEqual(['4102']);
    await fake.clock.run(200);
    await Promise.all([talking, late, urgent]);
    expect(fake.closed.map(({ id }) => id)).toEqual(['4101', 'urgent', 'late']);
  });

  it('are not rung while a call that did not wait rings there', async () => {
    const fake = fakeWorld({ legsOf: does({ '4102': [rings] }), talks: 20 });
    const direct = play(fake, ring([line('4102')]), 'direct');
    await fake.clock.run(1);
    const waits = play(fake, queue(), 'waits');
    await fake.clock.run(15);
    expect(names(fake)).toEqual(['4102']);
    await fake.clock.run(10);
    expect(names(fake)).toEqual(['4102', '4102']);
    await fake.clock.run(100);
    await Promise.all([direct, waits]);
  });
});

describe('a whisper to who takes a caller from the queue', () => {
  const whisper = { say: [{ prompt: 'whisper' }] };
  const whispered = queue({ targets: [line('4102', whisper)] });

  it('is not rung through by the next caller', async () => {
    const fake = fakeWorld({ voice: {}, legsOf: () => [answersAfter(1)], answererVoice: () => ({}), talks: 20 });
    const first = play(fake, whispered);
    const second = play(fake, whispered, 'second');
    await fake.clock.run(2);
    expect(fake.dialled).toHaveLength(1);
    await fake.clock.run(100);
    expect([(await first).is, (await second).is]).toEqual(['answered', 'answered']);
  });

  it('that is not heard to its end leaves the caller where they were in the queue', async () => {
    let answered = 0;
    const answererVoice = () => {
      answered += 1;
      return answered === 1 ? { leaves: 1 } : {};
    };
    const fake = fakeWorld({ voice: {}, legsOf: () => [answersAfter(1)], answererVoice, talks: 20 });
    const first = play(fake, whispered);
    const second = play(fake, whispered, 'second');
    await fake.clock.run(200);
    await Promise.all([first, second]);
    expect(fake.closed.map(({ id, outcome }) => [id, outcome.is])).toEqual([
      ['4101', 'answered'],
      ['second', 'answered'],
    ]);
  });

  it('is heard to its end though the caller has waited for as long as they may', async () => {
    const step = queue({ targets: [line('4102', whisper)], secondsAtMost: 2 });
    const { outcome } = await whole(preAnswered(step), {
      voice: {},
      legsOf: () => [answersAfter(1)],
      answererVoice: () => ({}),
    });
    expect(outcome).toEqual({ is: 'answered', by: 'line 4102' });
  });
});
