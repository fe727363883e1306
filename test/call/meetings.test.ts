import { describe, expect, it } from 'vitest';
import { createMeetings, type MeetingSeat, roomOf } from '../../src/call/meetings.ts';
import { takeCall } from '../../src/call/path.ts';
import type { Config } from '../../src/domain/config.ts';
import type { MeetingId } from '../../src/domain/ids.ts';
import type { Meeting } from '../../src/domain/meeting.ts';
import { buildConfig } from '../support/build-config.ts';
import { fromLine, incoming } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';
import { FakeVoice } from './fake-voice.ts';
import { fakeWorld, type Town } from './fake-world.ts';

const entry = { id: 'conseil', name: 'Conseil', extension: '4190', did: '+33199004190', pin: { env: 'PIN' } } as const;

function townWith(more: { readonly hostPin?: { readonly env: string }; readonly participantsAtMost?: number }): Config {
  const { mairie, ...sites } = beauvoirFiles.sites;
  return buildConfig({
    ...beauvoirFiles,
    sites: { ...sites, mairie: { ...mairie, meetings: [{ ...entry, ...more }] } },
  } as never);
}

const config = townWith({});
const meeting = config.meetings.get('conseil' as MeetingId) as Meeting;
const pressed = (digits: string, from: number): readonly (readonly [number, string])[] =>
  [...digits].map((key, at) => [from + at / 10, key] as const);

async function call(town: Town, from: 'line' | 'outside' = 'line') {
  const fake = fakeWorld({ config, ...town });
  const dialled =
    from === 'line'
      ? fromLine('4101', '4190')
      : incoming({ dialled: '+33199004190', source: { address: '192.0.2.1', port: 5060, transport: 'udp' } });
  const over = takeCall(dialled, fake.caller, config, fake.world);
  await fake.clock.run(20_000);
  await over;
  return { ...fake, record: fake.closed[0] };
}

describe('somebody who comes to a meeting', () => {
  it('proves the PIN, hears that nobody is there, and then music until they hang up', async () => {
    const { told, record } = await call({ voice: { keys: pressed('270419#', 3), leaves: 60 }, legsOf: () => [] });
    expect(told()).toEqual(['answer', '+0 collect pin.enter', '+3.6 play meeting.alone', '+5.6 loop music']);
    expect(record?.outcome).toEqual({ is: 'feature done', what: 'meeting conseil' });
    expect(record?.decisions[0]?.treatment).toBe('pre-answer (answer), meet in conseil');
  });

  it('is let in from outside by its public number, with the same PIN', async () => {
    const { record } = await call({ voice: { keys: pressed('270419#', 3), leaves: 60 }, legsOf: () => [] }, 'outside');
    expect(record?.outcome).toEqual({ is: 'feature done', what: 'meeting conseil' });
  });

  it('is told that the PIN is wrong, and after the third nobody listens to them', async () => {
    const keys = [...pressed('111222#', 3), ...pressed('333444#', 10), ...pressed('555666#', 20)];
    const { told, record, world } = await call({ voice: { keys }, legsOf: () => [] });
    expect(told().filter((line) => line.includes('pin.'))).toEqual([
      '+0 collect pin.enter',
      '+3.6 collect pin.wrong pin.enter',
      '+10.6 collect pin.wrong pin.enter',
      '+20.6 play pin.locked',
    ]);
    expect(record?.outcome).toEqual({ is: 'told and released', what: 'pin.locked' });
    expect(world.meetings.count(meeting.id)).toBe(0);
  });

  it('gives up while the PIN is asked for', async () => {
    const { record } = await call({ voice: { leaves: 2 }, legsOf: () => [] });
    expect(record?.outcome).toEqual({ is: 'caller gone', during: 'menu' });
  });

  it('is released after hours in which they forgot to hang up', async () => {
    const { told, record } = await call({ voice: { keys: pressed('270419#', 3) }, legsOf: () => [] });
    expect(told().at(-1)).toMatch(/play meeting.over$/);
    expect(record?.outcome).toEqual({ is: 'feature done', what: 'meeting conseil' });
  });

  it('is refused where there is no media server', async () => {
    const { record } = await call({ legsOf: () => [] });
    expect(record?.outcome).toMatchObject({ is: 'refused', why: 'unreachable' });
  });
});

/** A meeting with voices and no calls around it. */
function gathering(town: Config = config) {
  const { clock } = fakeWorld({ legsOf: () => [] });
  const meetings = createMeetings({
    now: () => clock.now(),
    after: (seconds, what) => clock.after(seconds, what),
    pin: (_, of) => (of === 'host' ? '864209' : '270419'),
  });
  const there = town.meetings.get(meeting.id) as Meeting;
  const comes = (role: 'guest' | 'host' = 'guest') => {
    const voice = new FakeVoice(clock, {});
    const seat = meetings.join(roomOf(there), { voice, role });
    if (seat !== 'full') seat.enter();
    return { voice, seat: seat as MeetingSeat };
  };
  return { clock, meetings, comes, there };
}

describe('a meeting', () => {
  it('begins with the second one, with a tone for each who enters and leaves', async () => {
    const { clock, comes } = gathering();
    const first = comes();
    const second = comes();
    await clock.run(1);
    second.seat.leave();
    await clock.run(1);
    expect(first.voice.told).toEqual([
      '+0 loop music',
      '+0 meet meeting-conseil',
      '+0.4 tells meeting-conseil tone enters',
      '+0.4 tells meeting-conseil tone enters',
      '+1 loop music',
    ]);
    expect(second.voice.told).toEqual(['+0 meet meeting-conseil']);
  });

  it('takes as many as it may, and counts them', () => {
    const { meetings, comes, there } = gathering(townWith({ participantsAtMost: 2 }));
    const first = comes();
    comes();
    expect(meetings.going()).toMatchObject([{ meeting: 'conseil', participants: 2 }]);
    expect(meetings.join(roomOf(there), { voice: first.voice, role: 'guest' })).toBe('full');
    first.seat.leave();
    first.seat.leave();
    expect(meetings.count(there.id)).toBe(1);
  });

  it('with a host begins when the host comes, and is over for all when the host goes', async () => {
    const { clock, comes, meetings, there } = gathering(townWith({ hostPin: { env: 'HOST' } }));
    const guests = [comes(), comes()];
    expect(guests.map(({ voice }) => voice.told)).toEqual([['+0 loop music'], ['+0 loop music']]);
    await clock.run(1);
    const host = comes('host');
    expect(guests[1]?.voice.told.at(-1)).toBe('+1 meet meeting-conseil');
    host.seat.leave();
    expect(guests.map(({ seat }) => seat.over.aborted)).toEqual([true, true]);
    for (const { seat } of guests) seat.leave();
    expect(meetings.count(there.id)).toBe(0);
  });

  it('counts the wrong PINs of callers from outside together, whatever number they show', () => {
    const { meetings, there } = gathering();
    for (let caller = 0; caller < 29; caller += 1) {
      expect(meetings.tryPin(there, { name: `${caller}`, isOutside: true }, '111222').is).toBe('wrong');
    }
    meetings.tryPin(there, { name: 'the thirtieth', isOutside: true }, '111222');
    expect(meetings.tryPin(there, { name: 'somebody', isOutside: true }, '270419')).toEqual({
      is: 'locked',
      seconds: 60,
    });
    expect(meetings.tryPin(there, { name: 'line 4101', isOutside: false }, '270419').is).toBe('right');
  });

  it('knows the host by the host’s PIN', () => {
    const { meetings, there } = gathering();
    expect(meetings.tryPin(there, { name: 'line 4101', isOutside: false }, '864209')).toEqual({
      is: 'right',
      role: 'host',
    });
  });
});
