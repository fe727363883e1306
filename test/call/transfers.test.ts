import { describe, expect, it } from 'vitest';
import { carryOut } from '../../src/call/carry-out.ts';
import { takeCall } from '../../src/call/path.ts';
import type { AskedTransfer, CallerLeg, Leg, Talk, Transferee, World } from '../../src/call/ports.ts';
import { openRecord } from '../../src/call/record.ts';
import { identify } from '../../src/decide/caller.ts';
import { decide } from '../../src/decide/decide-call.ts';
import type { Target } from '../../src/domain/call.ts';
import type { LineId, SiteId } from '../../src/domain/ids.ts';
import { fromLine, quiet } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { fakeWorld, type Script, type Town } from './fake-world.ts';

const answers: Script = [{ after: 1, does: 'answer' }];
const busy: Script = [{ after: 1, does: 'fail', sip: 486 }];
const hungUp = (at: number): Talk => ({ ended: 'hung up', by: 'caller', at });

/** What becomes of a transfer that the first talk of a call asks for after ten seconds. */
interface Asks extends Partial<AskedTransfer> {
  /** The transferor waits for how it goes. */
  readonly waits?: boolean;
  readonly leaves?: number;
}

function transferring(asks: Asks, legsOf: (target: Target) => readonly Script[], more: Partial<Town> = {}) {
  const fake = fakeWorld({ legsOf, ...more });
  const { clock } = fake;
  const heard: string[] = [];
  const gone = new AbortController();
  let talks = 0;
  const later = (seconds: number, what: () => Talk): Promise<Talk> =>
    new Promise((ended) => {
      clock.after(seconds, () => ended(what()));
    });
  const leg: CallerLeg = {
    gone: gone.signal,
    refuse: (why) => void heard.push(`refused: ${why}`),
    quality: () => undefined,
  };
  const transferee: Transferee = {
    leg,
    voice: undefined,
    transferor: async () => undefined,
    join: () => later(30, () => hungUp(clock.now())),
    back: () => (asks.waits ? later(30, () => hungUp(clock.now())) : undefined),
    release: () => void heard.push('released'),
  };
  const asked: AskedTransfer = {
    by: 'callee',
    to: '4103',
    decline: () => {
      heard.push('declined');
      return later(5, () => hungUp(clock.now()));
    },
    begin: async () => {
      heard.push('begun');
      if (asks.leaves !== undefined) clock.after(asks.leaves, () => gone.abort('hung up'));
      return transferee;
    },
    ...asks,
  };
  const world: World = {
    ...fake.world,
    talk: (_caller, answered) => {
      talks += 1;
      if (talks > 1) return later(60, () => hungUp(clock.now()));
      known = answered;
      return later(10, () => ({ ended: 'transfer asked', at: clock.now(), asked }));
    },
  };
  let known: Leg | undefined;
  return { ...fake, world, heard, transferee, answered: () => known };
}

const dialledOf = (targets: readonly Target[]) => targets.map((target) => target.is === 'line' && target.line);

async function whole(fake: ReturnType<typeof transferring>) {
  const over = takeCall(fromLine('4101', '4102'), fake.caller, beauvoir, fake.world);
  await fake.clock.run(600);
  await over;
  expect(fake.closed).toHaveLength(1);
  expect(fake.faults).toEqual([]);
  return fake.closed[0];
}

describe('a call that is transferred', () => {
  it('goes on with whom the transferor named, in one record with one outcome', async () => {
    const fake = transferring({}, () => [answers]);
    const record = await whole(fake);
    expect(dialledOf(fake.dialled)).toEqual(['4102', '4103']);
    expect(record).toMatchObject({
      from: 'line 4101',
      dialled: '4102',
      outcome: { is: 'answered', by: 'line 4103' },
      decisions: [{ dialled: '4102' }, { dialled: '4103', account: 'line 4102 of mairie' }],
      transfers: [{ by: 'line 4102', who: 'line 4101', to: '4103', how: 'blind', ended: 'answered' }],
    });
    expect((record?.answeredAt ?? 0) - (record?.startedAt ?? 0)).toBe(1_000);
  });

  it('frees the transferor, and takes their seat again when the call comes back', async () => {
    const fake = transferring({ waits: true }, (target) => [
      target.is === 'line' && target.line === '4103' ? busy : answers,
    ]);
    const over = takeCall(fromLine('4101', '4102'), fake.caller, beauvoir, fake.world);
    await fake.clock.run(5);
    expect(fake.seats.ofLine('4102' as never)).toBe(1);
    await fake.clock.run(6.5);
    expect(fake.seats.ofLine('4102' as never)).toBe(0);
    await fake.clock.run(10);
    expect(fake.seats.ofLine('4102' as never)).toBe(1);
    await fake.clock.run(600);
    await over;
    expect(fake.closed[0]).toMatchObject({
      outcome: { is: 'answered', by: 'line 4102' },
      transfers: [{ ended: 'back' }],
    });
    expect(fake.seats.ofLine('4102' as never)).toBe(0);
  });

  it('rings the transferor again when nobody takes it and they have hung up', async () => {
    const fake = transferring({}, (target) => [target.is === 'line' && target.line === '4103' ? busy : answers]);
    const record = await whole(fake);
    expect(dialledOf(fake.dialled)).toEqual(['4102', '4103', '4102']);
    expect(record?.transfers?.map(({ to, ended }) => `${to} ${ended}`)).toEqual(['4103 refused', '4102 recalled']);
    expect(record?.outcome).toEqual({ is: 'answered', by: 'line 4102' });
  });
});

describe('a transfer that comes to nothing', () => {
  it('is over when neither can be had, and was answered all the same', async () => {
    let rung = 0;
    const fake = transferring({}, () => {
      rung += 1;
      return [rung === 1 ? answers : busy];
    });
    const record = await whole(fake);
    expect(fake.heard.at(-1)).toBe('released');
    expect(record?.outcome).toEqual({ is: 'answered', by: 'line 4102' });
  });

  it('is answered by the first when they give up while the other rings', async () => {
    const fake = transferring({ leaves: 3 }, (target) => [
      target.is === 'line' && target.line === '4103' ? [{ after: 1, does: 'ring' }] : answers,
    ]);
    const record = await whole(fake);
    expect(fake.stopped.map(({ reason }) => reason)).toContain('caller gone');
    expect(record).toMatchObject({
      outcome: { is: 'answered', by: 'line 4102' },
      transfers: [{ ended: 'caller gone', during: 'ringing' }],
    });
  });

  it('is declined where the transferor may not dial, and the two talk on', async () => {
    const fake = transferring({ to: '*21*4103#' }, () => [answers]);
    const record = await whole(fake);
    expect(fake.heard).toEqual(['declined']);
    expect(record).toMatchObject({
      outcome: { is: 'answered', by: 'line 4102' },
      transfers: [{ ended: 'refused: no-such-feature' }],
    });
  });

  it('is joined with the other call of the transferor, and with nobody else’s', async () => {
    const stays = { id: 'far' } as Leg;
    const by = { id: 'near' } as Leg;
    const chloe = { end: stays, call: 'call-2', who: undefined, label: 'line 4103' };
    const own = transferring({ other: { by, stays } }, () => [answers]);
    own.world.parties.know(chloe);
    own.world.parties.know({ end: by, call: 'call-2', who: undefined, label: 'line 4102' });
    expect(await whole(own)).toMatchObject({
      outcome: { is: 'answered', by: 'line 4103' },
      transfers: [{ to: 'line 4103', how: 'attended', call: 'call-2', ended: 'answered' }],
    });
    const others = transferring({ other: { by, stays } }, () => [answers]);
    others.world.parties.know(chloe);
    others.world.parties.know({ end: by, call: 'call-2', who: undefined, label: 'line 4104' });
    await whole(others);
    expect(others.heard).toEqual(['declined']);
  });
});

it('a talk is recorded until it is transferred, and no further', async () => {
  const fake = transferring({}, () => [answers]);
  const { world, clock, caller } = fake;
  const call = fromLine('4101', '4102');
  const record = openRecord(call, beauvoir, world);
  const seats = world.seats.open();
  const told: string[] = [];
  const recorder = { began: async () => void told.push('began'), over: async () => void told.push('over') };
  const who = identify(call, beauvoir);
  const scene = { call, leg: caller, config: beauvoir, world, record, seats, caller: who, recorder };
  const ring = decide(call, beauvoir, () => quiet()).treatment;
  const over = carryOut(ring, scene);
  await clock.run(11.5);
  expect(told).toEqual(['began', 'over']);
  await clock.run(600);
  expect((await over).is).toBe('answered');
  expect(told.filter((word) => word === 'began')).toHaveLength(1);
});

describe('a call that is parked', () => {
  const parking = (more: Partial<Town> = {}) => transferring({ to: '*703' }, () => [answers], { voice: {}, ...more });

  it('hears music until somebody of the site fetches it', async () => {
    const fake = parking();
    const over = takeCall(fromLine('4101', '4102'), fake.caller, beauvoir, fake.world);
    await fake.clock.run(20);
    expect(fake.told().at(-1)).toMatch(/loop music$/);
    const chloe = { line: '4103' as LineId, leg: fake.caller, over: () => undefined };
    expect(fake.world.parking.fetch('mairie' as SiteId, 4, chloe)).toBe(false);
    expect(fake.world.parking.fetch('mairie' as SiteId, 3, chloe)).toBe(true);
    expect(fake.world.parking.fetch('mairie' as SiteId, 3, chloe)).toBe(false);
    await fake.clock.run(600);
    await over;
    expect(fake.closed[0]?.outcome).toEqual({ is: 'answered', by: 'line 4103, picked up' });
  });

  it('rings whoever parked it when nobody fetches it', async () => {
    const fake = parking();
    const record = await whole(fake);
    expect(dialledOf(fake.dialled)).toEqual(['4102', '4102']);
    expect(record).toMatchObject({ outcome: { is: 'answered', by: 'line 4102' }, transfers: [{ to: '*703' }] });
  });

  it('is given back when the place is taken', async () => {
    const fake = parking();
    fake.world.parking.park('mairie' as SiteId, 3, () => undefined);
    await whole(fake);
    expect(fake.heard).toContain('refused: busy');
  });
});

describe('the places of a site', () => {
  it('are given out from the first, nine at most, and fetched in the order of parking', () => {
    const { parking } = fakeWorld({ legsOf: () => [] }).world;
    const site = 'mairie' as SiteId;
    const taken: number[] = [];
    const places = Array.from(
      { length: 10 },
      (_, at) => parking.park(site, undefined, () => taken.push(at + 1))?.place,
    );
    expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, undefined]);
    const by = { line: '4103' as LineId, leg: {} as CallerLeg, over: () => undefined };
    expect([parking.fetch(site, undefined, by), parking.fetch(site, 5, by)]).toEqual([true, true]);
    expect(taken).toEqual([1, 5]);
    expect(parking.fetch('ccas' as SiteId, undefined, by)).toBe(false);
  });
});
