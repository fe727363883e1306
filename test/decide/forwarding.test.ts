import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide-call.ts';
import { treatmentLabel } from '../../src/decide/summary.ts';
import { branchesOf } from '../../src/decide/tree.ts';
import { changed } from '../../src/decide/wishes.ts';
import type { IncomingCall, Ring, RouteDecision, Treatment } from '../../src/domain/call.ts';
import type { LineId, SiteId, TrunkId } from '../../src/domain/ids.ts';
import type { Line } from '../../src/domain/line.ts';
import type { Site } from '../../src/domain/site.ts';
import type { Trunk } from '../../src/domain/trunk.ts';
import { forwardTimes, type OnlyWhen, type WishChange, type Wishes, wishFlags } from '../../src/domain/wishes.ts';
import { buildConfig } from '../support/build-config.ts';
import { fromLine, incoming, quiet } from '../support/calls.ts';
import { beauvoir, beauvoirFiles } from '../support/town.ts';

const fromOperator = (dialled: string, more: Partial<IncomingCall> = {}) =>
  incoming({ dialled, source: { address: '192.0.2.1', port: 5060, transport: 'udp' }, ...more });
const citizen = '+33639980001';
const mobile = '00639980777';

function decided(
  call: IncomingCall,
  wishes: Readonly<Record<string, Wishes>>,
  gone: readonly string[] = [],
): RouteDecision {
  return decide(call, beauvoir, () =>
    quiet({
      wishes: new Map(Object.entries(wishes) as [LineId, Wishes][]),
      contacts: new Map(gone.map((line) => [line as LineId, 0])),
    }),
  );
}

const colleague = fromLine('4101', '4102');
const citizenCalls = fromOperator('+33199004101', { claims: { from: citizen, asserted: citizen } });
const ringOf = ({ treatment }: RouteDecision): Ring => {
  if (treatment.do !== 'ring') throw new Error(`it is ${treatmentLabel(treatment)}`);
  return treatment;
};
const label = (treatment: Treatment | undefined): string | undefined => treatment && treatmentLabel(treatment);
const to = (digits: string, afterSeconds?: number) => ({ to: digits, ...(afterSeconds && { afterSeconds }) });

const told = (prompt: string, why: string) => ({
  do: 'pre-answer',
  how: 'early media',
  next: { do: 'tell', say: [{ prompt }], next: { do: 'refuse', why } },
});

const notReached = ['busy', 'no answer', 'unreachable', 'declined', 'failed'] as const;

describe('a line that forwards', () => {
  it('to a service gives the caller into its hands from there on', () => {
    const ring = ringOf(decided(citizenCalls, { '4101': { forwards: { 'no answer': to('4900') } } }));
    expect(ring).not.toHaveProperty('enters');
    expect(ring.when?.['no answer']).toMatchObject({ enters: 'portage-repas' });
  });

  it('always: rings the other, and is not rung itself', () => {
    const decision = decided(colleague, { '4102': { forwards: { always: to('4103') } } });
    expect(treatmentLabel(decision.treatment)).toBe('ring line 4103 for 60 s');
    expect(decision.because.map(({ says }) => says)).toContain('4102 forwards every call');
  });

  it('leads a citizen to its mobile on its own account, and tells who forwarded (RFC 5806)', () => {
    const [target] = ringOf(decided(citizenCalls, { '4101': { forwards: { always: to(mobile) } } })).targets;
    expect(target).toMatchObject({
      is: 'trunk',
      leaving: { diversions: [{ reason: 'unconditional', counter: 1 }], shows: { number: citizen } },
    });
  });

  it('when busy, without an answer or unreachable: each way leads on, and the time is its own', () => {
    const forwards = { busy: to('4103'), 'no answer': to('4104', 15), unreachable: to('4105') };
    const ring = ringOf(decided(colleague, { '4102': { forwards } }));
    expect(ring).toMatchObject({ seconds: 15, silentSeconds: 3 });
    expect([label(ring.when?.busy), label(ring.when?.['no answer']), label(ring.when?.unreachable)]).toEqual([
      'ring line 4103 for 60 s',
      'ring line 4104 for 60 s',
      'ring line 4105 for 60 s',
    ]);
  });

  it('is unreachable at once when no phone of it is registered', () => {
    const decision = decided(colleague, { '4102': { forwards: { unreachable: to('4103') } } }, ['4102']);
    expect(treatmentLabel(decision.treatment)).toBe('ring line 4103 for 60 s');
  });

  it('cannot forward to what it may not dial itself, nor to numbers that cost dearly: the call rings it', () => {
    const bars = ['0899123456', '000044123456789', '999'].map((digits) =>
      decided(colleague, { '4102': { forwards: { always: to(digits) } } }),
    );
    for (const decision of bars) {
      expect(treatmentLabel(decision.treatment)).toBe('ring line 4102 for 60 s');
      expect(decision.because.map(({ says }) => says).join()).toContain('but not there');
    }
  });

  it('in circles leads to the last of them, which rings', () => {
    const decision = decided(colleague, {
      '4102': { forwards: { always: to('4103') } },
      '4103': { forwards: { always: to('4102') } },
    });
    expect(treatmentLabel(decision.treatment)).toBe('ring line 4103 for 60 s');
  });

  it('abroad does so where its site says that it may, and its own rights allow it', () => {
    const mairie = beauvoir.sites.get('mairie' as SiteId) as Site;
    const allowing = { ...mairie, forwards: { ...mairie.forwards, to: ['international' as const] } };
    const config = { ...beauvoir, sites: new Map(beauvoir.sites).set(mairie.id, allowing) };
    const leads = (from: LineId) => {
      const wishes = new Map([[from, { forwards: { always: to('000442079460001') } }]]);
      return ringOf(decide(fromLine('4101', from), config, () => quiet({ wishes }))).targets[0]?.is;
    };
    expect([leads('4103' as LineId), leads('4102' as LineId)]).toEqual(['trunk', 'line']);
  });

  it('to a mobile is taken by pressing 1, unless its site or the line says otherwise', () => {
    const wishes = new Map([['4101' as LineId, { forwards: { always: to(mobile) } }]]);
    const keyIn = (config: typeof beauvoir) => ringOf(decide(citizenCalls, config, () => quiet({ wishes }))).targets[0];
    expect(keyIn(beauvoir)).toMatchObject({ first: { key: '1', orUnheard: true } });
    const line = { ...(beauvoir.lines.get('4101' as LineId) as Line), forwardsAccept: 'none' as const };
    const plain = keyIn({ ...beauvoir, lines: new Map(beauvoir.lines).set(line.id, line), byDid: beauvoir.byDid });
    expect(plain).not.toHaveProperty('first');
  });

  it('to a fixed number asks for no key', () => {
    const wishes = { '4101': { forwards: { always: to('00145000010') } } };
    expect(ringOf(decided(citizenCalls, wishes)).targets[0]).not.toHaveProperty('first');
  });
});

describe('a forward that is meant for some calls', () => {
  const leads = (only: OnlyWhen, call = citizenCalls) =>
    treatmentLabel(decided(call, { '4101': { selective: [{ when: 'always', to: '4103', only }] } }).treatment);
  const meant = 'ring line 4103 for 60 s';
  const anonymous = fromOperator('+33199004101', { claims: { from: 'anonymous' }, withheld: true });

  it('goes by the caller: a number, how it begins, an extension, or none at all', () => {
    for (const from of [citizen, '+336*', '+*']) expect(leads({ from: [from] })).toBe(meant);
    expect(leads({ from: ['4102'] }, fromLine('4102', '4101'))).toBe(meant);
    expect(leads({ from: ['anonymous'] }, anonymous)).toBe(meant);
    // Who withholds the number is nobody in particular, though the network tells us who it is.
    expect(leads({ from: [citizen] }, { ...citizenCalls, withheld: true })).not.toBe(meant);
    for (const from of ['+33639980002', '+337*', 'anonymous', '4102']) expect(leads({ from: [from] })).not.toBe(meant);
  });

  it('goes by the clock of the site as well, and both must fit', () => {
    expect(leads({ hours: 'lun 08:00-10:00' })).toBe(meant);
    expect(leads({ from: [citizen], hours: 'lun 10:00-12:00' })).not.toBe(meant);
    expect(leads({ from: ['4102'], hours: 'lun 08:00-10:00' })).not.toBe(meant);
  });
});

describe('a call that several lines forwarded', () => {
  const wishes = { '4101': { forwards: { always: to('4103') } }, '4103': { forwards: { 'no answer': to(mobile) } } };

  it('tells of the last of them first, and of what it came with after that (RFC 5806 §3)', () => {
    const history = [{ by: '+33145000010', reason: 'unconditional' as const, counter: 1 }];
    const ring = ringOf(decided({ ...citizenCalls, diversions: history }, wishes));
    const [target] = ringOf({ treatment: ring.when?.['no answer'] } as RouteDecision).targets;
    expect(target?.is === 'trunk' && target.leaving.diversions.map(({ by, reason }) => `${by} ${reason}`)).toEqual([
      '+33199004103 no-answer',
      '+33199004101 unconditional',
      '+33145000010 unconditional',
    ]);
  });
});

describe('lines whose forwards all lead to each other', () => {
  const lines = ['4101', '4102', '4103', '4105', '4200', '4000'];
  const anyWishes = fc.record({
    forwards: fc.record(
      Object.fromEntries(forwardTimes.map((when) => [when, fc.constantFrom(...lines).map((one) => to(one))])),
      {
        requiredKeys: [],
      },
    ),
    twin: fc.record({ to: fc.constantFrom(...lines), afterSeconds: fc.constant(0) }),
  });

  it('ask for a bounded number of decisions, however they are tangled, and every way ends', () => {
    fc.assert(
      fc.property(fc.tuple(...lines.map(() => anyWishes)), (all) => {
        const wishes = new Map(lines.map((line, at) => [line as LineId, all[at] as Wishes]));
        let asked = 0;
        const decision = decide(citizenCalls, beauvoir, () => {
          asked += 1;
          return quiet({ wishes });
        });
        expect(asked).toBeLessThanOrEqual(121);
        expect(treatmentsIn(decision.treatment)).toBeLessThan(2_000);
      }),
    );
  });

  it('cost what a few decisions cost when two lead to each other in every way', () => {
    const every = (other: string) => ({
      forwards: Object.fromEntries(forwardTimes.slice(1).map((when) => [when, to(other)])),
      twin: { to: other, afterSeconds: 0 },
    });
    const wishes = new Map([
      ['4101' as LineId, every('4102')],
      ['4102' as LineId, every('4101')],
    ]);
    let asked = 0;
    decide(citizenCalls, beauvoir, () => {
      asked += 1;
      return quiet({ wishes });
    });
    expect(asked).toBeLessThan(30);
  });

  it('follows a chain as far as a call may be passed on', () => {
    const chain = Object.fromEntries(
      lines
        .slice(0, -1)
        .map((line, at) => [line, { forwards: { busy: to('4105'), always: to(lines[at + 1] as string) } }]),
    );
    expect(treatmentLabel(decided(citizenCalls, chain).treatment)).toBe('ring line 4000 for 60 s');
  });
});

function treatmentsIn(treatment: Treatment): number {
  return 1 + branchesOf(treatment).reduce((sum, one) => sum + treatmentsIn(one), 0);
}

describe('a forward that is wished', () => {
  it('stands though nobody could be reached there at the moment', () => {
    const { treatment } = decided(fromLine('4101', '*21*4102#'), {}, ['4102']);
    expect(treatment).toMatchObject({ change: { set: 'forward', to: '4102' } });
    const full = decide(fromLine('4101', `*21*${mobile}#`), beauvoir, () =>
      quiet({
        trunks: new Map(['operator', 'backup'].map((id) => [id as TrunkId, { channelsInUse: 99, alive: [true] }])),
      }),
    );
    expect(full.treatment).toMatchObject({ change: { set: 'forward', to: mobile } });
  });

  it('is refused when it leads to the line itself, by whichever number', () => {
    for (const own of ['4101', '00199004101']) {
      const { treatment, because } = decided(fromLine('4101', `*21*${own}#`), {});
      expect(treatment).toEqual({ do: 'wish', of: '4101', say: [{ prompt: 'forward.refused' }] });
      expect(because.at(-1)?.says).toBe('not forwarded there: a line does not forward to itself');
    }
  });
});

describe('the number shown of a forwarded call', () => {
  const shownWith = (forwardsShow: Trunk['forwardsShow'], mayShow: Trunk['mayShow'], call = citizenCalls) => {
    const trunks = new Map([...beauvoir.trunks].map(([id, trunk]) => [id, { ...trunk, forwardsShow, mayShow }]));
    const wishes = new Map([['4101' as LineId, { forwards: { always: to(mobile) } }]]);
    const [target] = ringOf(decide(call, { ...beauvoir, trunks }, () => quiet({ wishes }))).targets;
    if (target?.is !== 'trunk') throw new Error('it does not leave');
    const { shows, ifRefused, asserted } = target.leaving;
    return { shows: shows.number ?? 'withheld', ifRefused: ifRefused?.number, asserted };
  };
  const own = '+33199004101';
  const ours: Trunk['mayShow'] = [{ from: '+33199004000', to: '+33199004999' }] as never;

  it.each<[Trunk['forwardsShow'], Trunk['mayShow'], string, string | undefined]>([
    ['original', [], citizen, undefined],
    ['original', ours, citizen, undefined],
    ['line', [], own, undefined],
    ['automatic', [], citizen, own],
    ['automatic', ours, own, undefined],
  ])('is by %s and what may be shown (%o) %s, and once that is refused %s', (policy, mayShow, shows, ifRefused) => {
    expect(shownWith(policy, mayShow)).toEqual({ shows, ifRefused, asserted: own });
  });

  it('is none when the caller withholds theirs, and no second try tells another', () => {
    expect(shownWith('automatic', [], { ...citizenCalls, withheld: true })).toMatchObject({
      shows: 'withheld',
      ifRefused: undefined,
    });
  });

  it('is the caller’s own when nobody forwards', () => {
    const [target] = ringOf(decided(fromLine('4101', mobile), {})).targets;
    expect(target?.is === 'trunk' && target.leaving).not.toHaveProperty('ifRefused');
  });
});

describe('a forward that nobody takes', () => {
  it('ends in the mailbox of the line that forwards, whatever went wrong there', () => {
    const mailboxes = new Map([['4101', { id: '4101', ringSeconds: 20 }]]) as never;
    const wishes = new Map([['4101' as LineId, { forwards: { always: to(mobile) } }]]);
    const ring = ringOf(decide(citizenCalls, { ...beauvoir, mailboxes }, () => quiet({ wishes })));
    const ends = notReached.map((why) => ring.when?.[why]);
    expect(ends).toEqual(
      notReached.map((because) => ({
        do: 'pre-answer',
        how: 'answer',
        next: { do: 'mailbox', of: '4101', because },
      })),
    );
  });
});

describe('a line that is not to be disturbed', () => {
  it('is busy, and its calls go where busy calls go', () => {
    expect(decided(colleague, { '4102': { doNotDisturb: true } }).treatment).toMatchObject({
      do: 'refuse',
      why: 'busy',
    });
    const forwards = { busy: to('4103') };
    const decision = decided(colleague, { '4102': { doNotDisturb: true, forwards } });
    expect(treatmentLabel(decision.treatment)).toBe('ring line 4103 for 60 s');
  });

  it('takes messages though no phone of it is there', () => {
    const mailboxes = new Map([['4102', { id: '4102', ringSeconds: 20 }]]) as never;
    const wishes = new Map([['4102' as LineId, { doNotDisturb: true }]]);
    const contacts = new Map([['4102' as LineId, 0]]);
    const { treatment } = decide(colleague, { ...beauvoir, mailboxes }, () => quiet({ wishes, contacts }));
    expect(treatment).toMatchObject({ do: 'pre-answer', next: { do: 'mailbox', of: '4102', because: 'busy' } });
  });
});

describe('a line with a second phone', () => {
  it('rings both; who takes the call on the mobile presses 1', () => {
    const { targets, how } = ringOf(decided(citizenCalls, { '4101': { twin: { to: mobile, afterSeconds: 10 } } }));
    expect(how).toBe('together');
    expect(targets).toMatchObject([
      { is: 'line', line: '4101' },
      { is: 'trunk', afterSeconds: 10, first: { key: '1' } },
    ]);
  });

  it('rings the mobile when its own phones have not taken the call, if wished so', () => {
    const twin = { to: mobile, afterSeconds: 0, inTurn: true as const };
    const ring = ringOf(decided(citizenCalls, { '4101': { twin } }));
    expect(ring.targets).toMatchObject([{ is: 'line', line: '4101' }]);
    for (const why of ['busy', 'no answer', 'unreachable', 'failed'] as const) {
      const after = ringOf({ treatment: ring.when?.[why] } as RouteDecision);
      expect(after.targets[0]).toMatchObject({ is: 'trunk', first: { key: '1' } });
    }
    expect(ring.when?.declined).toBeUndefined();
  });

  it('rings the mobile alone and at once when no phone of the line is there', () => {
    const decision = decided(citizenCalls, { '4101': { twin: { to: mobile, afterSeconds: 10 } } }, ['4101']);
    expect(ringOf(decision).targets[0]).toMatchObject({ is: 'trunk', first: { key: '1' } });
    expect(ringOf(decision).targets[0]?.afterSeconds).toBeUndefined();
  });
});

describe('a line that screens', () => {
  it('declines whom it has blocked, and nobody else', () => {
    const wishes = { '4101': { blocked: [citizen, '4103'] } };
    expect(decided(citizenCalls, wishes).treatment).toEqual({ do: 'refuse', why: 'declined' });
    expect(decided(fromLine('4103', '4101'), wishes).treatment).toEqual({ do: 'refuse', why: 'declined' });
    expect(decided(fromLine('4105', '4101'), wishes).treatment.do).toBe('ring');
  });

  it('declines calls from outside without a number', () => {
    const anonymous = fromOperator('+33199004101', { claims: { from: 'anonymous' }, withheld: true });
    const wishes = { '4101': { rejectsAnonymous: true } };
    expect(decided(anonymous, wishes).treatment).toEqual(told('refused.anonymous', 'declined'));
    expect(decided(citizenCalls, wishes).treatment.do).toBe('ring');
  });
});

describe('a star code dialled', () => {
  it('changes the wish of the line that dials, and confirms it', () => {
    expect(decided(fromLine('4101', `*21*${mobile}#`), {}).treatment).toEqual({
      do: 'wish',
      of: '4101',
      change: { set: 'forward', when: 'always', to: mobile },
      say: [{ prompt: 'forward.always', values: { number: mobile } }],
    });
  });

  it('is refused by a sentence when the line may not dial there, and nothing is changed', () => {
    expect(decided(fromLine('4101', '*21*0899123456#'), {}).treatment).toEqual({
      do: 'wish',
      of: '4101',
      say: [{ prompt: 'forward.refused' }],
    });
  });

  it('tells how it is', () => {
    const wishes = { '4101': { forwards: { always: to('4103') } } };
    expect(decided(fromLine('4101', '*#21#'), wishes).treatment).toMatchObject({
      say: [{ prompt: 'forward.always', values: { number: '4103' } }],
    });
    expect(decided(fromLine('4101', '*#21#'), {}).treatment).toMatchObject({ say: [{ prompt: 'forward.none' }] });
  });

  it('turns do-not-disturb off when it is on', () => {
    expect(decided(fromLine('4101', '*25'), { '4101': { doNotDisturb: true } }).treatment).toMatchObject({
      change: { clear: 'doNotDisturb' },
    });
  });

  it('picks up what rings at a colleague of the same site, and nobody else’s', () => {
    expect(decided(fromLine('4101', '*84102'), {}).treatment).toEqual({ do: 'pick up', by: '4101', from: ['4102'] });
    expect(decided(fromLine('4101', '*8'), {}).treatment).toMatchObject({ do: 'pick up', by: '4101' });
    expect(decided(fromLine('4101', '*84201'), {}).treatment).toEqual({ do: 'refuse', why: 'no-such-feature' });
  });

  it('picks up what rings in the group of the line: the one it names, at whatever site, or the rest of its site', () => {
    const [accueil, secretariat] = ['4101', '4201'];
    const grouped = ({ sites, ...rest }: typeof beauvoirFiles) => {
      const inGroup = (lines: readonly { readonly extension: string }[]) =>
        lines.map((one) =>
          [accueil, secretariat].includes(one.extension) ? { ...one, pickupGroup: 'etat-civil' } : one,
        );
      const named = Object.entries(sites).map(([id, site]) => [id, { ...site, lines: inGroup(site.lines ?? []) }]);
      return buildConfig({ ...rest, sites: Object.fromEntries(named) } as never);
    };
    const config = grouped(beauvoirFiles);
    const from = (line: string): unknown => decide(fromLine(line, '*8'), config, () => quiet({})).treatment;
    expect(from('4101')).toEqual({ do: 'pick up', by: '4101', from: ['4101', '4201'] });
    expect(from('4102')).toMatchObject({ from: expect.not.arrayContaining(['4101']) });
  });

  it('blocks a caller by the number they are known by, however the line would dial it', () => {
    const { treatment } = decided(fromLine('4101', '*60*00639980001#'), {});
    expect(treatment).toMatchObject({ do: 'wish', change: { set: 'block', number: citizen } });
    expect(decided(fromLine('4101', '*60*4102#'), {}).treatment).toMatchObject({ change: { number: '4102' } });
    const nobody = decided(fromLine('4101', '*60*9999#'), {}).treatment;
    expect(nobody).toEqual({ do: 'wish', of: '4101', say: [{ prompt: 'refused.not-in-service' }] });
  });

  it('that does not exist is refused', () => {
    expect(decided(fromLine('4101', '*999'), {}).treatment).toEqual(told('refused.unknown-code', 'no-such-feature'));
  });

  it('hides the number on every call of the line, once it is wished', () => {
    const { treatment } = decided(fromLine('4101', mobile), { '4101': { hidesNumber: true } });
    expect(treatment.do === 'ring' && treatment.targets[0]).toMatchObject({ leaving: { shows: { withheld: true } } });
  });
});

describe('wishes', () => {
  const change: fc.Arbitrary<WishChange> = fc.oneof(
    fc.record({
      set: fc.constant('forward'),
      when: fc.constantFrom(...forwardTimes),
      to: fc.constantFrom('4102', '4103'),
    }),
    fc.record({ clear: fc.constant('forward'), when: fc.constantFrom(...forwardTimes) }),
    fc.record({
      set: fc.constant('forward'),
      when: fc.constantFrom(...forwardTimes),
      to: fc.constantFrom('4102', '4103'),
      only: fc.constantFrom({ from: [citizen] }, { from: ['anonymous'], hours: 'lun 08:00-12:00' }),
    }),
    fc.record({ set: fc.constantFrom(...wishFlags) }),
    fc.record({ clear: fc.constantFrom(...wishFlags) }),
    fc.record({ set: fc.constant('block'), number: fc.constantFrom('4102', citizen) }),
    fc.record({ clear: fc.constant('block'), number: fc.constantFrom('4102', citizen) }),
    fc.record({ set: fc.constant('agent'), as: fc.constantFrom('in', 'out', 'paused') }),
    fc.record({ set: fc.constant('twin'), to: fc.constant('4102'), afterSeconds: fc.nat(60) }),
  ) as fc.Arbitrary<WishChange>;

  it('are as before when a change is made twice, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(change), change, (before, last) => {
        const wishes = before.reduce(changed, {});
        expect(changed(changed(wishes, last), last)).toEqual(changed(wishes, last));
      }),
    );
  });

  it('are empty again when everything is cleared', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const everything: WishChange[] = [
          { clear: 'all forwards' },
          { clear: 'twin' },
          ...forwardTimes.map((when): WishChange => ({ clear: 'forward', when, only: {} })),
          ...wishFlags.map((flag): WishChange => ({ clear: flag })),
          ...['4102', citizen].map((number): WishChange => ({ clear: 'block', number })),
          { set: 'agent', as: 'in' },
        ];
        expect([...changes, ...everything].reduce(changed, {})).toEqual({});
      }),
    );
  });
});
