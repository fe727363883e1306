import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelDbov } from '../../../src/protocol/audio/level.ts';
import { renderCadence } from '../../../src/protocol/audio/tone.ts';
import { readWavHeader } from '../../../src/protocol/audio/wav.ts';
import { decodeWavSamples } from '../../../src/protocol/audio/wav-samples.ts';
import { until } from '../../support/net.ts';
import { Bench, type TestLeg } from './support/bench.ts';
import { babble, frequencyOf, isFound, likeness, loudPart, sine, writeWav } from './support/listen.ts';
import type { Codec } from './support/rtp-peer.ts';

let bench: Bench;
const speech = babble(1500);
beforeAll(async () => {
  bench = await Bench.open();
  writeWav(`${bench.folder}/tone.wav`, sine(700, 1000));
  writeWav(`${bench.folder}/speech.wav`, speech);
  writeWav(`${bench.folder}/wide.wav`, babble(1500, 16000), 16000);
});
afterAll(() => bench.close());

const play = (leg: TestLeg, file: string) => leg.application.execute(leg.uuid, 'playback', file).completion;
const formats: Readonly<Record<Codec, string>> = { PCMA: '8 101', PCMU: '0 101', G722: '9 101' };
const codecs: readonly Codec[] = ['PCMA', 'PCMU', 'G722'];

function recording(name: string): Int16Array {
  const file = new Uint8Array(readFileSync(`${bench.folder}/${name}`));
  const wav = readWavHeader(file, file.length);
  if (typeof wav === 'string') throw new Error(wav);
  return decodeWavSamples(wav, file.subarray(wav.dataAt, wav.dataAt + wav.dataBytes));
}

describe('what the telephone hears', () => {
  it.each(codecs)('of a tone in a file is its frequency, at its level within 1 dB, whole (%s)', async (codec) => {
    const leg = await bench.leg({ formats: formats[codec] });
    await play(leg, 'tone.wav');
    const rate = codec === 'G722' ? 16000 : 8000;
    await leg.phone.heard.next(() => loudPart(leg.phone.samples(codec)).length > rate * 0.95, 'a second of it');
    const heard = loudPart(leg.phone.samples(codec));
    expect(Math.abs(frequencyOf(heard, rate) - 700)).toBeLessThan(10);
    expect(Math.abs(levelDbov(heard, heard.length) - levelDbov(sine(700, 1000), 8000))).toBeLessThan(1);
  });

  it('of speech in a file is the speech', async () => {
    const leg = await bench.leg();
    await play(leg, 'speech.wav');
    await leg.phone.heard.count(75, 'packets');
    expect(likeness(leg.phone.samples(), speech)).toBeGreaterThan(0.99);
  });

  it('of a 16 kHz file on a narrow leg, and of an 8 kHz file on a wide one, is the same speech', async () => {
    const narrow = await bench.leg();
    await play(narrow, 'wide.wav');
    await narrow.phone.heard.count(75, 'packets');
    expect(likeness(narrow.phone.samples(), babble(1500))).toBeGreaterThan(0.97);
    const wide = await bench.leg({ formats: '9 101' });
    await play(wide, 'speech.wav');
    await wide.phone.heard.count(75, 'packets');
    expect(likeness(wide.phone.samples('G722'), babble(1500, 16000), 6400)).toBeGreaterThan(0.97);
  });

  it('of a tone by name is the tone of that country', async () => {
    const leg = await bench.leg();
    void play(leg, 'tone_stream://us.busy');
    await leg.phone.heard.count(40, 'packets');
    const heard = loudPart(leg.phone.samples());
    expect([480, 620]).toContain(frequencyOf(heard));
  });

  it('of music on hold is never silence, though nobody put music there', async () => {
    const leg = await bench.leg();
    void play(leg, 'local_stream://nothing');
    await leg.phone.heard.count(50, 'packets');
    const heard = leg.phone.samples();
    expect(levelDbov(heard, heard.length)).toBeGreaterThan(-40);
  });

  it.each([10, 30, 60])('comes in packets of %d ms where that is asked for', async (ptime) => {
    const leg = await bench.leg({ lines: [`a=ptime:${ptime}`] });
    void play(leg, 'tone_stream://%(2000,0,440)');
    const packets = await leg.phone.heard.count(12, 'packets');
    // What opened the way may have ended before the tone began.
    const from = Math.max(
      3,
      packets.findLastIndex(({ header }) => header.marker),
    );
    const sounding = packets.slice(from, from + 7);
    expect(sounding.map(({ payload }) => payload.length)).toEqual(Array(7).fill(ptime * 8));
    const steps = sounding.slice(1).map(({ header }, i) => header.timestamp - (sounding[i]?.header.timestamp ?? 0));
    expect(steps).toEqual(Array(6).fill(ptime * 8));
  });

  it('is numbered without gap, and keeps its time line over pauses', async () => {
    const leg = await bench.leg();
    await play(leg, 'silence_stream://100');
    await play(leg, 'silence_stream://100');
    const packets = await leg.phone.heard.count(15, 'packets');
    const numbers = packets.map(({ header }) => header.sequence);
    expect(numbers).toEqual(numbers.map((_, i) => ((numbers[0] ?? 0) + i) & 0xffff));
    expect(
      packets.every(({ header }, i) => i === 0 || header.timestamp > (packets[i - 1]?.header.timestamp ?? 0)),
    ).toBe(true);
    expect(new Set(packets.map(({ header }) => header.ssrc)).size).toBe(1);
  });
});

describe('what is recorded', () => {
  it.each(codecs)('of the telephone is what it said (%s)', async (codec) => {
    const leg = await bench.leg({ formats: formats[codec] });
    leg.phone.say(codec === 'G722' ? babble(1500, 16000) : speech, codec);
    const { completion } = leg.application.execute(leg.uuid, 'record', `said-${codec}.wav 1`);
    const event = await completion;
    expect(event).toMatchObject({ variable_record_ms: '1000', variable_silence_hits_exhausted: 'false' });
    await leg.application.execute(leg.uuid, 'sleep', '100').completion;
    const said = recording(`said-${codec}.wav`);
    expect(said.length).toBe(Number(event['variable_record_samples']));
    const whole = codec === 'G722' ? [...babble(1500, 16000), ...babble(1500, 16000)] : [...speech, ...speech];
    expect(isFound(said.subarray(said.length / 5), Int16Array.from(whole), codec === 'G722' ? 16000 : 8000)).toBe(true);
  });

  it('ends with a key, and the key is told', async () => {
    const leg = await bench.leg();
    await leg.application.execute(leg.uuid, 'set', 'playback_terminators=#').completion;
    const { completion } = leg.application.execute(leg.uuid, 'record', 'key.wav 20');
    await leg.application.named('RECORD_START');
    leg.phone.press(5);
    leg.phone.press(11);
    expect((await completion)['variable_playback_terminator_used']).toBe('#');
  });

  it('ends with silence, and says so', async () => {
    const leg = await bench.leg();
    leg.phone.saySilence();
    const event = await leg.application.execute(leg.uuid, 'record', 'quiet.wav 20 100 1').completion;
    expect(event['variable_silence_hits_exhausted']).toBe('true');
    expect(Number(event['variable_record_ms'])).toBeLessThan(1500);
  });

  it('is whole when the caller hangs up', async () => {
    const leg = await bench.leg();
    leg.phone.say(speech);
    const { completion } = leg.application.execute(leg.uuid, 'record', 'gone.wav 20');
    await leg.application.named('RECORD_START');
    // Five packets open the way, then silence comes once a second.
    await leg.phone.heard.count(8, 'packets');
    await leg.call.bye();
    const samples = Number((await completion)['variable_record_samples']);
    await leg.application.closed;
    expect(samples).toBeGreaterThan(1600);
    // Whoever hung up waits for no disk.
    await until('all of it is in the file', () => recording('gone.wav').length === samples);
  });
});

describe('a recording', () => {
  it.each(['alaw', 'mulaw'] as const)('is of half the size where %s is asked for, and as long', async (encoding) => {
    const leg = await bench.leg();
    leg.phone.say(Int16Array.from([...speech, ...speech]));
    await leg.application.execute(leg.uuid, 'set', `record_encoding=${encoding}`).completion;
    await leg.application.execute(leg.uuid, 'record', `${encoding}.wav 1`).completion;
    await leg.application.execute(leg.uuid, 'sleep', '100').completion;
    const bytes = new Uint8Array(readFileSync(`${bench.folder}/${encoding}.wav`));
    expect(readWavHeader(bytes, bytes.length)).toMatchObject({ encoding, sampleRate: 8000, dataBytes: 8000 });
    expect(isFound(recording(`${encoding}.wav`).subarray(1600), Int16Array.from([...speech, ...speech]))).toBe(true);
  });

  it.each(['../outside.wav', '/etc/outside.wav', 'voice.mp3', 'a/../../x.wav'])('never goes to %s', async (file) => {
    const leg = await bench.leg();
    expect((await leg.application.execute(leg.uuid, 'record', `${file} 5`).completion)['Application-Response']).toBe(
      '_none_',
    );
    await leg.call.byeReceived();
    expect(await (await bench.connect()).api(`uuid_exists ${leg.uuid}`)).toBe('false');
  });

  it('of both directions goes on while other things play, and can be masked', async () => {
    const leg = await bench.leg();
    leg.phone.say(sine(400, 1000));
    await leg.application.execute(leg.uuid, 'set', 'RECORD_STEREO=true').completion;
    await leg.application.execute(leg.uuid, 'record_session', 'both.wav').completion;
    await play(leg, 'tone.wav');
    await leg.application.execute(leg.uuid, 'stop_record_session', 'both.wav').completion;
    await leg.application.execute(leg.uuid, 'sleep', '100').completion;
    const file = new Uint8Array(readFileSync(`${bench.folder}/both.wav`));
    const wav = readWavHeader(file, file.length);
    expect(wav).toMatchObject({ channels: 2, sampleRate: 8000 });
    const flat = decodeWavSamples({ encoding: 'pcm16', sampleRate: 8000, channels: 1 }, file.subarray(44));
    const left = loudPart(flat.filter((_, i) => i % 2 === 0));
    const right = loudPart(flat.filter((_, i) => i % 2 === 1));
    expect(Math.abs(frequencyOf(left) - 400)).toBeLessThan(12);
    expect(Math.abs(frequencyOf(right) - 700)).toBeLessThan(12);
  });

  it('is repaired when the engine starts again after a crash', async () => {
    writeWav(`${bench.folder}/crashed.wav`, speech);
    const file = readFileSync(`${bench.folder}/crashed.wav`);
    file.writeUInt32LE(0, 40);
    writeFileSync(`${bench.folder}/crashed.wav`, file);
    const again = await Bench.open({ folders: { recordings: bench.folder } });
    const length = () => readFileSync(`${bench.folder}/crashed.wav`).readUInt32LE(40);
    await until('the true length', () => length() === speech.length * 2);
    await again.close();
  });
});

describe('keys in the sound', () => {
  it('are heard where no telephone-event was agreed', async () => {
    const leg = await bench.leg({ formats: '8' });
    expect(leg.data['variable_dtmf_type']).toBe('inband');
    const segments = [
      [697, 1209],
      [852, 1477],
    ].map((frequencies) => ({ frequencies, onMs: 60, offMs: 60, dbm0: -9 }));
    const keys = renderCadence(
      { segments: [...segments, { frequencies: [], onMs: 0, offMs: 3000, dbm0: -9 }], repeats: 1 },
      8000,
    );
    leg.phone.say(keys);
    const first = await leg.application.named('DTMF');
    expect(first).toMatchObject({ 'DTMF-Digit': '1', 'DTMF-Source': 'INBAND_AUDIO' });
    await leg.application.event((event) => event['DTMF-Digit'] === '9', 'the second key');
  });

  it('are one with the telephone-events that come with them, though the sound is listened to as well', async () => {
    const leg = await bench.leg();
    await leg.application.execute(leg.uuid, 'start_dtmf').completion;
    const tones = (frequencies: readonly number[], offMs: number) => ({ frequencies, onMs: 60, offMs, dbm0: -9 });
    const segments = [tones([770, 1336], 300), tones([852, 1477], 3000)];
    leg.phone.say(renderCadence({ segments, repeats: 1 }, 8000));
    leg.phone.press(5);
    await leg.application.event((event) => event['DTMF-Digit'] === '9', 'the key that was only heard');
    const keys = leg.application.events.all.filter((event) => event['Event-Name'] === 'DTMF');
    expect(keys.map((event) => event['DTMF-Digit'])).toEqual(['5', '9']);
  });
});
