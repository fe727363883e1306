import { describe, expect, it } from 'vitest';
import { carryOut } from '../../src/call/carry-out.ts';
import { openRecord } from '../../src/call/record.ts';
import type { Confer } from '../../src/domain/call.ts';
import type { LineId } from '../../src/domain/ids.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { incoming } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { FakeVoice, type VoiceScript } from './fake-voice.ts';
import { fakeWorld } from './fake-world.ts';

const room = '4101' as LineId;
const guest: Confer = { do: 'confer', room, as: 'guest', seconds: 120, otherwise: { do: 'refuse', why: 'no-answer' } };
const host: Confer = { ...guest, as: 'host' };

/** Everybody in one world, each with a voice of their own. */
function gathering() {
  const { world, clock } = fakeWorld({ legsOf: () => [] });
  const ended: string[] = [];
  const told: string[][] = [];
  const comes = (step: Confer, script: VoiceScript): void => {
    const call = incoming({ dialled: '4199' });
    const voice = new FakeVoice(clock, script);
    told.push(voice.told);
    const released: string[] = [];
    const leg = { gone: voice.gone, refuse: (why: string) => void released.push(why), quality: () => undefined };
    const record = openRecord(call, beauvoir, world);
    const scene = { call, leg, config: beauvoir, record, seats: world.seats.open(), voice };
    const says = ({ is }: Outcome): string => `${clock.now()} ${is} ${released.join(' ')}`;
    void carryOut(step, { ...scene, world, caller: undefined }).then((outcome) => ended.push(says(outcome)));
  };
  return { world, clock, comes, ended, told };
}

describe('three in a call', () => {
  it('hear each other once the line has come that brought them together, until it hangs up', async () => {
    const { clock, comes, told, ended, world } = gathering();
    comes(guest, {});
    await clock.run(30);
    comes(guest, {});
    await clock.run(30);
    expect(told).toEqual([['+0 loop music'], ['+0 loop music']]);
    comes(host, { leaves: 60 });
    await clock.run(30);
    expect(told.map((lines) => lines.filter((line) => line.includes('meet meeting-')).length)).toEqual([1, 1, 1]);
    await clock.run(60);
    expect(told[0]?.at(-1)).toMatch(/play meeting.over$/);
    expect(ended.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'feature done feature-done',
      'feature done feature-done',
      'feature done feature-done',
    ]);
    expect(world.meetings.going()).toEqual([]);
  });

  it('rings the line again for whoever has waited in vain', async () => {
    const { clock, comes, ended, world } = gathering();
    comes(guest, {});
    await clock.run(200);
    expect(ended.map((line) => line.replace(/^\d+ /, ''))).toEqual(['refused no-answer']);
    expect(world.meetings.going()).toEqual([]);
  });

  it('lets whoever gives up while they wait go', async () => {
    const { clock, comes, ended } = gathering();
    comes(guest, { leaves: 20 });
    await clock.run(30);
    expect(ended.map((line) => line.replace(/^\d+ /, ''))).toEqual(['caller gone ']);
  });
});
