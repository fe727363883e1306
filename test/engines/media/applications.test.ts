import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, type TestLeg } from './support/bench.ts';
import { sine, writeWav } from './support/listen.ts';

let bench: Bench;
let leg: TestLeg;
beforeAll(async () => {
  bench = await Bench.open();
  writeWav(`${bench.folder}/half.wav`, sine(600, 500));
  writeWav(`${bench.folder}/long.wav`, sine(600, 5000));
  leg = await bench.leg();
});
afterAll(() => bench.close());

const run = (application: string, argument = '', more = '') =>
  leg.application.execute(leg.uuid, application, argument, more);
const complete = (application: string, argument = '') => run(application, argument).completion;
const variable = (name: string) => leg.application.api(`uuid_getvar ${leg.uuid} ${name}`);
const events = (name: string, from: number) =>
  leg.application.events.all.slice(from).filter((event) => event['Event-Name'] === name);
const mark = () => leg.application.events.all.length;

describe('applications that take effect at once', () => {
  it.each([
    ['set', 'a=b'],
    ['set', 'a='],
    ['multiset', '^^^x=1 2^y=3'],
    ['export', 'c=d'],
    ['unset', 'c'],
    ['set_mute', 'read true'],
    ['set_mute', 'read false'],
    ['send_dtmf', '5@100'],
    ['sleep', '40'],
    ['gentones', '%(40,0,800)'],
    ['answer', ''],
  ])('%s %s completes without a response', async (application, argument) => {
    expect(await complete(application, argument)).toMatchObject({
      'Application-Response': '_none_',
      Application: application,
      'Application-Data': argument,
    });
  });

  it('set variables, with blanks and signs in them, and take them away', async () => {
    await complete('multiset', '^^^first=one two^second=a:b%c');
    expect(await variable('first')).toBe('one two');
    expect(await variable('second')).toBe('a:b%c');
    await complete('set', 'first=');
    expect(await variable('first')).toBe('_undef_');
  });

  it('put variables into arguments, once, and run no functions', async () => {
    await complete('set', 'inner=$\\{nothing}');
    const reference = (name: string) => `$\{${name}}`;
    await complete('set', `outer=<${reference('inner')}|${reference('system(touch x)')}|${reference('none')}>`);
    expect(await variable('outer')).toBe('<$\\{nothing}||>');
  });

  it('do so while something plays', async () => {
    const { completion } = run('playback', 'silence_stream://-1');
    await complete('set', 'during=yes');
    expect(await variable('during')).toBe('yes');
    await leg.application.api(`uuid_break ${leg.uuid}`);
    await completion;
  });

  it('are refused by name when they are unknown, and the call stays', async () => {
    expect((await complete('speak', 'hello'))['Application-Response']).toBe('-ERR unsupported application speak');
    expect((await complete('__proto__'))['Application-Response']).toBe('-ERR unsupported application __proto__');
    expect(await leg.application.api(`uuid_exists ${leg.uuid}`)).toBe('true');
  });
});

describe('playback', () => {
  it.each([
    ['half.wav', 'half.wav', undefined],
    ['half.wav@@2000', 'half.wav', undefined],
    ['tone_stream://%(60,0,800)', 'tone_stream://%(60,0,800)', 'tone_stream'],
    ['silence_stream://60', 'silence_stream://60', undefined],
  ])('of %s tells when it begins and ends', async (file, path, type) => {
    const from = mark();
    expect((await complete('playback', file))['Application-Response']).toBe('FILE PLAYED');
    expect(events('PLAYBACK_START', from)[0]?.['Playback-File-Path']).toContain(path);
    expect(events('PLAYBACK_STOP', from)[0]).toMatchObject({ 'Playback-Status': 'done' });
    expect(events('PLAYBACK_STOP', from)[0]?.['Playback-File-Type']).toBe(type);
  });

  it('says where it was, and how long it was', async () => {
    expect(await complete('playback', 'half.wav@@2000')).toMatchObject({
      variable_playback_last_offset_pos: '4000',
      variable_playback_ms: '250',
      variable_playback_samples: '2000',
    });
  });

  it('of several files plays one after the other', async () => {
    await complete('set', 'playback_delimiter=!');
    const from = mark();
    await complete('playback', 'silence_stream://60!silence_stream://40');
    expect(events('PLAYBACK_STOP', from).length).toBe(2);
    await complete('set', 'playback_delimiter=');
  });

  it.each([
    'nothing.wav',
    '../../etc/passwd',
    '/etc/hostname',
    'http://127.0.0.1/x.wav',
    'say:hello',
    'tone_stream://nonsense',
  ])('of %s is FILE NOT FOUND, without events', async (file) => {
    const from = mark();
    expect((await complete('playback', file))['Application-Response']).toBe('FILE NOT FOUND');
    expect(events('PLAYBACK_START', from)).toEqual([]);
  });
});

describe('a playback', () => {
  it('is ended by uuid_break, at the sample it says', async () => {
    const { completion } = run('playback', 'long.wav');
    const from = mark();
    await leg.application.named('PLAYBACK_START', from);
    await complete('sleep', '200');
    await leg.application.api(`uuid_break ${leg.uuid}`);
    const event = await completion;
    expect(event['Application-Response']).toBe('FILE PLAYED');
    expect(events('PLAYBACK_STOP', from)[0]?.['Playback-Status']).toBe('break');
    expect(Number(event['variable_playback_last_offset_pos']) % 160).toBe(0);
    expect(Number(event['variable_playback_last_offset_pos'])).toBeLessThan(16_000);
  });

  it('is ended by its time limit, as an error or as a success', async () => {
    await complete('set', 'playback_timeout_sec=2');
    expect((await complete('playback', 'silence_stream://-1'))['Application-Response']).toBe('PLAYBACK ERROR');
    await complete('set', 'playback_timeout_as_success=true');
    expect((await complete('playback', 'silence_stream://-1'))['Application-Response']).toBe('FILE PLAYED');
    await complete('multiset', '^^^playback_timeout_sec=^playback_timeout_as_success=');
  });

  it('is ended by a key that ends, and by no other', async () => {
    await complete('set', 'playback_terminators=#');
    const { completion } = run('playback', 'silence_stream://-1');
    await leg.application.named('PLAYBACK_START', mark());
    leg.phone.press(5);
    leg.phone.press(11);
    expect((await completion)['variable_playback_terminator_used']).toBe('#');
    await complete('set', 'playback_terminators=none');
  });

  it('of an endless kind outlives uuid_break, and ends with a transfer', async () => {
    const from = mark();
    const { id, completion } = run('endless_playback', 'half.wav');
    await leg.application.named('PLAYBACK_START', from);
    await leg.application.api(`uuid_break ${leg.uuid}`);
    await leg.application.event((event) => event['Event-Name'] === 'PLAYBACK_START', 'the next round', from + 3);
    expect(events('CHANNEL_EXECUTE_COMPLETE', from).some((event) => event['Application-UUID'] === id)).toBe(false);
    await leg.application.api(`uuid_transfer ${leg.uuid} park inline`);
    expect((await completion)['Application-Response']).toBe('PLAYBACK ERROR');
  });

  it('repeats so many times', async () => {
    const from = mark();
    await complete('loop_playback', '+3 silence_stream://40');
    expect(events('PLAYBACK_STOP', from).length).toBe(3);
  });
});

describe('applications one on top of the other', () => {
  it('let the inner one end first, and the outer one go on from where it was', async () => {
    const outer = run('playback', 'silence_stream://300');
    await leg.application.named('PLAYBACK_START', mark());
    const inner = run('playback', 'silence_stream://200');
    const ended: string[] = [];
    await Promise.all([
      outer.completion.then(() => ended.push('outer')),
      inner.completion.then(() => ended.push('inner')),
    ]);
    expect(ended).toEqual(['inner', 'outer']);
  });

  it('wait for one that was locked', async () => {
    const first = run('playback', 'silence_stream://200', '\nevent-lock: true');
    const second = run('playback', 'silence_stream://40');
    const ended: string[] = [];
    await Promise.all([
      first.completion.then(() => ended.push('first')),
      second.completion.then(() => ended.push('second')),
    ]);
    expect(ended).toEqual(['first', 'second']);
  });
});

describe('the collection of digits', () => {
  const collect = (argument: string) => run('play_and_get_digits', argument);

  it('ends with a terminator, which is told apart', async () => {
    const from = mark();
    const { completion } = collect('1 8 1 5000 # silence_stream://60 silence_stream://40 pin \\d+ 3000');
    await leg.application.event((event) => event['Application'] === 'play_and_get_digits', 'its start', from);
    for (const event of [1, 2, 11]) leg.phone.press(event);
    expect(await completion).toMatchObject({
      variable_pin: '12',
      variable_read_result: 'success',
      variable_read_terminator_used: '#',
    });
  });

  it('ends at the greatest number, and a key stops the prompt', async () => {
    const from = mark();
    const { completion } = collect('1 2 1 5000 # long.wav silence_stream://40 pin \\d+ 3000');
    await leg.application.named('PLAYBACK_START', from);
    for (const event of [3, 4]) leg.phone.press(event);
    expect(await completion).toMatchObject({ variable_pin: '34', variable_read_result: 'success' });
    expect(events('PLAYBACK_STOP', from)[0]?.['Playback-Status']).toBe('break');
  });

  it('fails without digits after its time, and tries again as often as it shall', async () => {
    const from = mark();
    const event = await collect('1 4 2 1000 # silence_stream://40 half.wav pin \\d+ 1000').completion;
    expect(event['variable_read_result']).toBe('failure');
    expect(event['variable_pin']).toBeUndefined();
    expect(
      events('PLAYBACK_START', from).filter((start) => start['Playback-File-Path']?.endsWith('half.wav')).length,
    ).toBe(2);
  });

  it('keeps digits that do not match apart', async () => {
    const from = mark();
    const { completion } = collect('1 2 1 5000 # silence_stream://40 silence_stream://40 pin ^[6-9]+$ 1000');
    await leg.application.event((event) => event['Application'] === 'play_and_get_digits', 'its start', from);
    for (const event of [1, 2]) leg.phone.press(event);
    const event = await completion;
    expect(event).toMatchObject({ variable_pin_invalid: '12', variable_read_result: 'failure' });
    expect(event['variable_pin']).toBeUndefined();
  });

  it('ends when the prompt cannot be played, and takes no expression that could hold it up', async () => {
    expect(
      (await collect('1 2 1 5000 # nothing.wav silence_stream://40 pin \\d+').completion)['variable_read_result'],
    ).toBeUndefined();
    expect(
      (await collect('1 2 1 5000 # silence silence pin (\\d+)+$').completion)['variable_read_result'],
    ).toBeUndefined();
  });
});

describe('keys', () => {
  it('are told once each, with their length and source', async () => {
    const from = mark();
    for (const event of [0, 9, 10, 12]) leg.phone.press(event);
    await leg.application.event((event) => event['DTMF-Digit'] === 'A', 'the last key', from);
    expect(
      events('DTMF', from).map((event) => [event['DTMF-Digit'], event['DTMF-Duration'], event['DTMF-Source']]),
    ).toEqual(['0', '9', '*', 'A'].map((digit) => [digit, '960', 'RTP']));
  });

  it('come by INFO as well', async () => {
    const from = mark();
    await leg.call.request('INFO', 'Signal=7\r\nDuration=120\r\n', ['Content-Type: application/dtmf-relay']);
    const event = await leg.application.named('DTMF', from);
    expect(event).toMatchObject({ 'DTMF-Digit': '7', 'DTMF-Source': 'ENDPOINT' });
  });

  it('are sent as telephone-events', async () => {
    await complete('send_dtmf', '19#@80');
    await leg.phone.heard.next(() => leg.phone.keys().slice(-1)[0] === 11, 'the last key');
    expect(leg.phone.keys().slice(-3)).toEqual([1, 9, 11]);
  });
});
