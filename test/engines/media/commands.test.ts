import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelDbov } from '../../../src/protocol/audio/level.ts';
import { renderCadence } from '../../../src/protocol/audio/tone.ts';
import { Bench, type TestLeg } from './support/bench.ts';
import { frequencyOf, loudPart, sine, writeWav } from './support/listen.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
  writeWav(`${bench.folder}/high.wav`, sine(1500, 3000));
});
afterAll(() => bench.close());

async function heardNow({ phone }: TestLeg, packets = 15): Promise<Int16Array> {
  const from = phone.heard.all.length + 8;
  await phone.heard.next(() => phone.heard.all.length >= from + packets, 'packets');
  return phone.samples('PCMA', from);
}

describe('commands about a leg', () => {
  it('broadcast a file to one leg, or to both that are bridged', async () => {
    const [a, b] = [await bench.leg(), await bench.leg()];
    await a.application.api(`uuid_bridge ${a.uuid} ${b.uuid}`);
    expect(await a.application.api(`uuid_broadcast ${a.uuid} high.wav both`)).toBe('+OK Message sent\n');
    for (const leg of [a, b]) expect(Math.abs(frequencyOf(loudPart(await heardNow(leg))) - 1500)).toBeLessThan(15);
    expect(await a.application.api(`uuid_broadcast ${a.uuid} set::x=y`)).toBe('+OK Message sent\n');
    expect(await a.application.api(`uuid_getvar ${a.uuid} x`)).toBe('y');
  });

  it('displace what is heard, or mix with it, until they are told to stop', async () => {
    const leg = await bench.leg();
    void leg.application.execute(leg.uuid, 'playback', 'tone_stream://%(9000,0,500)');
    await heardNow(leg);
    expect(await leg.application.api(`uuid_displace ${leg.uuid} start high.wav`)).toBe('+OK Success\n');
    expect(Math.abs(frequencyOf(loudPart(await heardNow(leg))) - 1500)).toBeLessThan(15);
    await leg.application.api(`uuid_displace ${leg.uuid} stop high.wav`);
    expect(Math.abs(frequencyOf(loudPart(await heardNow(leg))) - 500)).toBeLessThan(15);
    expect(await leg.application.api(`uuid_displace ${leg.uuid} start none.wav`)).toMatch(/^-ERR/);
  });

  it('make what is heard softer, mute it, and give it back', async () => {
    const leg = await bench.leg();
    void leg.application.execute(leg.uuid, 'playback', 'tone_stream://%(9000,0,500)');
    const loud = levelDbov(await heardNow(leg), 1600);
    await leg.application.api(`uuid_audio ${leg.uuid} start write level -4`);
    expect(levelDbov(await heardNow(leg), 1600) - loud).toBeCloseTo(-12, 0);
    await leg.application.api(`uuid_audio ${leg.uuid} start write mute`);
    expect(levelDbov(await heardNow(leg), 1600)).toBeLessThan(-60);
    await leg.application.api(`uuid_audio ${leg.uuid} stop`);
    expect(levelDbov(await heardNow(leg), 1600) - loud).toBeCloseTo(0, 0);
  });

  it('send keys, and pretend that keys were pressed', async () => {
    const leg = await bench.leg();
    expect(await leg.application.api(`uuid_send_dtmf ${leg.uuid} 42@80`)).toBe(`+OK ${leg.uuid} sent DTMF 42.\n`);
    await leg.phone.heard.next(() => leg.phone.keys().join() === '4,2', 'both keys');
    await leg.application.api(`uuid_recv_dtmf ${leg.uuid} 7`);
    expect(await leg.application.named('DTMF')).toMatchObject({ 'DTMF-Digit': '7', 'DTMF-Source': 'APP' });
  });

  it('listen for keys in the sound when they are told to, though telephone-event was agreed', async () => {
    const leg = await bench.leg();
    const segments = [{ frequencies: [770, 1336], onMs: 80, offMs: 2000, dbm0: -9 }];
    leg.phone.say(renderCadence({ segments, repeats: 1 }, 8000));
    await leg.application.execute(leg.uuid, 'start_dtmf').completion;
    expect(await leg.application.named('DTMF')).toMatchObject({ 'DTMF-Digit': '5', 'DTMF-Source': 'INBAND_AUDIO' });
  });

  it('play keys as tones where no telephone-event was agreed', async () => {
    const leg = await bench.leg({ formats: '8' });
    await leg.application.execute(leg.uuid, 'send_dtmf', '5@200').completion;
    await leg.phone.heard.count(12, 'packets');
    expect([770, 1335]).toContain(frequencyOf(loudPart(leg.phone.samples())));
  });

  it('tell how the sound was, also with the end of the call', async () => {
    const leg = await bench.leg();
    await leg.application.ask('event json CHANNEL_HANGUP_COMPLETE');
    leg.phone.say(sine(500, 1000));
    void leg.application.execute(leg.uuid, 'playback', 'silence_stream://-1');
    await heardNow(leg);
    expect(await leg.application.api(`uuid_set_media_stats ${leg.uuid}`)).toBe('+OK:\n');
    expect(Number(await leg.application.api(`uuid_getvar ${leg.uuid} rtp_audio_in_packet_count`))).toBeGreaterThan(10);
    await leg.call.bye();
    const end = await leg.application.named('CHANNEL_HANGUP_COMPLETE');
    expect(Number(end['variable_rtp_audio_in_mos'])).toBeGreaterThan(3);
    expect(Number(end['variable_rtp_audio_out_packet_count'])).toBeGreaterThan(10);
  });
});

describe('the filter of the reference image', () => {
  it('hides results from events, which uuid_getvar then tells', async () => {
    const strict = await Bench.open({ eventSocket: { referenceFilter: true } });
    const leg = await strict.leg();
    const recorded = await leg.application.execute(leg.uuid, 'record', 'x.wav 1').completion;
    expect(recorded['variable_record_ms']).toBeUndefined();
    expect(await leg.application.api(`uuid_getvar ${leg.uuid} record_ms`)).toBe('1000');
    const played = await leg.application.execute(leg.uuid, 'playback', 'silence_stream://100').completion;
    expect(played['variable_playback_ms']).toBe('100');
    const { completion } = leg.application.execute(
      leg.uuid,
      'play_and_get_digits',
      '1 1 1 5000 # silence silence myDigitBuffer \\d 1000',
    );
    await leg.application.event((event) => event['Application'] === 'play_and_get_digits', 'its start');
    leg.phone.press(3);
    expect((await completion)['variable_myDigitBuffer']).toBe('3');
    await strict.close();
  });
});

describe('legs that fall silent', () => {
  it('are ended, but not while they are on hold, whichever of the two may still send', async () => {
    const impatient = await Bench.open({ rtp: { silenceSeconds: 1, holdSeconds: 60 } });
    const held = [];
    for (const line of ['a=recvonly', 'a=sendonly', 'a=inactive']) held.push(await impatient.leg({ lines: [line] }));
    const silent = await impatient.leg();
    await silent.call.byeReceived();
    for (const { application, uuid } of held) expect(await application.api(`uuid_exists ${uuid}`)).toBe('true');
    await impatient.close();
  });

  it('may listen in silence until they are answered', async () => {
    const impatient = await Bench.open({ rtp: { silenceSeconds: 1, holdSeconds: 60 } });
    const early = await impatient.leg({ headers: ['X-Unanswered: true'] });
    const silent = await impatient.leg();
    await silent.call.byeReceived();
    expect(await early.application.api(`uuid_exists ${early.uuid}`)).toBe('true');
    await early.application.api(`uuid_setvar ${early.uuid} sip_h_X-Unanswered`);
    await early.call.byeReceived();
    await impatient.close();
  });
});
