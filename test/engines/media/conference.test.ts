import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWavHeader } from '../../../src/protocol/audio/wav.ts';
import { Bench, type TestLeg } from './support/bench.ts';
import { frequencyOf, loudPart, sine, writeWav } from './support/listen.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
  writeWav(`${bench.folder}/gong.wav`, sine(1000, 400));
});
afterAll(() => bench.close());

interface Joined extends TestLeg {
  readonly member: string;
  readonly room: string;
  readonly completion: Promise<Readonly<Record<string, string>>>;
}

async function joined(room: string, flags = '', formats = '8 101'): Promise<Joined> {
  const leg = await bench.leg({ formats });
  const { completion } = leg.application.execute(leg.uuid, 'conference', `${room}@default++flags{${flags}}`);
  const event = await leg.application.event(({ Action }) => Action === 'add-member', 'add-member');
  expect(event).toMatchObject({
    'Conference-Name': room,
    'Unique-ID': leg.uuid,
    'Event-Subclass': 'conference::maintenance',
  });
  return { ...leg, member: event['Member-ID'] ?? '', room: event['Conference-Unique-ID'] ?? '', completion };
}

const api = (leg: TestLeg, command: string) => leg.application.api(`conference ${command}`);
const loud = async ({ phone }: TestLeg, packets = 20) => {
  const from = phone.heard.all.length + 10;
  await phone.heard.next(() => phone.heard.all.length >= from + packets, 'packets');
  return loudPart(phone.samples('PCMA', from));
};

describe('a room', () => {
  it('lets everyone hear everyone but himself', async () => {
    const [a, b, c] = [await joined('mix'), await joined('mix'), await joined('mix')];
    a.phone.say(sine(500, 1000));
    b.phone.say(sine(500, 1000));
    c.phone.saySilence();
    const both = await loud(c);
    expect(Math.abs(frequencyOf(both) - 500)).toBeLessThan(15);
    b.phone.saySilence();
    expect(Math.abs(frequencyOf(await loud(b)) - 500)).toBeLessThan(15);
    const own = await loud(a, 30);
    expect(Math.max(...own.map(Math.abs))).toBeLessThan(600);
  });

  it('takes wide and narrow voices together', async () => {
    const [wide, narrow] = [await joined('widths', '', '9 101'), await joined('widths')];
    wide.phone.say(sine(700, 1000, 16000), 'G722');
    narrow.phone.saySilence();
    expect(Math.abs(frequencyOf(await loud(narrow)) - 700)).toBeLessThan(20);
  });

  it('is counted and listed, and unknown when it is not there', async () => {
    const [a, b] = [await joined('count'), await joined('count')];
    expect(await api(a, 'count list count')).toBe('2');
    expect((await api(a, 'count list')).split('\n')[1]).toContain(`;${b.uuid};`);
    expect(await api(a, 'nowhere list count')).toBe('-ERR Conference nowhere not found\n');
    expect(Number(b.member)).toBeGreaterThan(Number(a.member));
  });
});

describe('what a room can be told', () => {
  it.each([
    ['mute', 'unmute'],
    ['deaf', 'undeaf'],
  ])('%s and %s, of a member', async (off, on) => {
    const [a, b] = [await joined(off), await joined(off)];
    a.phone.say(sine(500, 1000));
    b.phone.saySilence();
    await loud(b);
    const meant = off === 'mute' ? a : b;
    expect(await api(a, `${off} ${off} ${meant.member}`)).toBe(`+OK ${off} ${meant.member}\n`);
    const silence = await loud(b, 25);
    expect(Math.max(...silence.subarray(-1600).map(Math.abs))).toBeLessThan(50);
    expect(await api(a, `${off} ${on} ${meant.member}`)).toBe(`+OK ${on} ${meant.member}\n`);
    expect(Math.abs(frequencyOf(await loud(b)) - 500)).toBeLessThan(15);
    expect(await api(a, `${off} ${off} 999999`)).toBe('-ERR Non-Existant ID 999999\n');
  });

  it('to play to all, and it tells the end under the name that was asked for', async () => {
    const a = await joined('play');
    await a.application.ask(`filter Conference-Unique-ID ${a.room}`);
    a.phone.saySilence();
    expect(await api(a, 'play play gong.wav')).toBe('+OK (play) Playing file gong.wav\n');
    const event = await a.application.event(({ Action }) => Action === 'play-file-done', 'play-file-done');
    expect(event).toMatchObject({ File: 'gong.wav', milliseconds: '400', samples: '3200', seconds: '0' });
    expect(await api(a, 'play play nothing.wav')).toContain(' not found.');
  });

  it('to play to one member alone', async () => {
    const [a, b] = [await joined('one'), await joined('one')];
    a.phone.saySilence();
    b.phone.saySilence();
    const from = b.phone.heard.all.length;
    expect(await api(a, `one play tone_stream://%(2000,0,800) ${a.member}`)).toContain(`to member ${a.member}`);
    expect(Math.abs(frequencyOf(await loud(a)) - 800)).toBeLessThan(20);
    expect(Math.max(...b.phone.samples('PCMA', from).map(Math.abs))).toBeLessThan(50);
  });

  it('to be locked and unlocked, to have settings and a greatest number of members', async () => {
    const a = await joined('settings');
    expect(await api(a, 'settings set max_members 2')).toBe('0');
    expect(await api(a, 'settings get max_members')).toBe('2');
    expect(await api(a, 'settings lock')).toBe('+OK settings locked\n');
    const late = await bench.leg();
    expect(
      (await late.application.execute(late.uuid, 'conference', 'settings').completion)['Application-Response'],
    ).toBe('_none_');
    expect(await api(a, 'settings list count')).toBe('1');
    await api(a, 'settings unlock');
    await joined('settings');
    expect(
      (await late.application.execute(late.uuid, 'conference', 'settings').completion)['Application-Response'],
    ).toBe('_none_');
    expect(await api(a, 'settings list count')).toBe('2');
  });

  it('to be recorded, with pauses, under the replies the library looks for', async () => {
    const a = await joined('tape');
    a.phone.say(sine(500, 1000));
    expect(await api(a, ' tape recording start tape.wav')).toBe('+OK Record file tape.wav\n');
    await loud(a, 20);
    expect(await api(a, 'tape recording pause tape.wav')).toContain('Pause recording file tape.wav');
    expect(await api(a, 'tape recording resume tape.wav')).toContain('Resume recording file tape.wav');
    expect(await api(a, 'tape recording stop tape.wav')).toBe(
      'Stopped recording file tape.wav\n+OK Stopped recording 1 files\n',
    );
    const file = new Uint8Array(readFileSync(`${bench.folder}/tape.wav`));
    expect(readWavHeader(file, file.length)).toMatchObject({ sampleRate: 16000, channels: 1 });
    expect(await api(a, 'tape recording start /etc/tape.wav')).toMatch(/^-ERR/);
  });
});

describe('the end of a membership', () => {
  it('by a kick completes the application, and the call stays', async () => {
    const [a, b] = [await joined('kick'), await joined('kick')];
    expect(await api(a, `kick kick ${b.member}`)).toBe(`+OK kicked ${b.member}\n`);
    expect((await b.completion)['Application-Response']).toBe('_none_');
    expect(
      (await b.application.execute(b.uuid, 'playback', 'silence_stream://60').completion)['Application-Response'],
    ).toBe('FILE PLAYED');
  });

  it('by hanging up ends the room for all when it was held open by this one', async () => {
    const control = await joined('held', 'endconf|mute|vmute');
    const guest = await joined('held');
    control.application.execute(control.uuid, 'hangup');
    await control.call.byeReceived();
    await guest.completion;
    expect(await api(guest, 'held list count')).toContain('not found');
    expect(bench.engine.figures().conferences).toBeGreaterThan(0);
  });

  it('by a transfer is the beginning of another', async () => {
    const [a, b] = [await joined('from'), await joined('from')];
    expect(await api(a, `from transfer to ${b.member}`)).toBe(`+OK Member '${b.member}' sent to conference to.\n`);
    expect(await api(a, 'to list count')).toBe('1');
    expect(await api(a, 'from list count')).toBe('1');
  });
});
