import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cheapChance } from '../../../src/protocol/audio/noise.ts';
import { decodeWavSamples } from '../../../src/protocol/audio/wav-samples.ts';
import { Bench } from './support/bench.ts';
import { babble, isFound } from './support/listen.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('a leg on a bad network', () => {
  it('of 5 % loss, 30 ms of jitter and packets out of order is understood, and told as what it is', async () => {
    const leg = await bench.leg();
    const chance = cheapChance(17);
    leg.phone.network = { isLost: () => chance() < 0.05, delayMs: () => chance() * 30 };
    const speech = babble(1000);
    leg.phone.say(speech);
    await leg.application.execute(leg.uuid, 'record', 'bad.wav 4').completion;
    await leg.application.execute(leg.uuid, 'sleep', '100').completion;
    const file = new Uint8Array(readFileSync(`${bench.folder}/bad.wav`)).subarray(44);
    const heard = decodeWavSamples({ encoding: 'pcm16', sampleRate: 8000, channels: 1 }, file);
    const twice = Int16Array.from([...speech, ...speech]);
    expect(isFound(heard.subarray(4000), twice)).toBe(true);
    await leg.application.api(`uuid_set_media_stats ${leg.uuid}`);
    const value = async (name: string) =>
      Number(await leg.application.api(`uuid_getvar ${leg.uuid} rtp_audio_in_${name}`));
    expect(await value('skip_packet_count')).toBeGreaterThan(2);
    expect(await value('jitter_loss_rate')).toBeGreaterThan(1);
    expect(await value('mos')).toBeLessThan(4.3);
  });

  it('that changes its source in the middle of the call is followed', async () => {
    const leg = await bench.leg();
    leg.phone.say(babble(1000));
    await leg.application.execute(leg.uuid, 'sleep', '200').completion;
    leg.phone.ssrc = 99;
    leg.phone.sequence = 5;
    leg.phone.timestamp = 1_000_000_000;
    const { completion } = leg.application.execute(leg.uuid, 'record', 'changed.wav 1');
    await completion;
    await leg.application.execute(leg.uuid, 'sleep', '100').completion;
    const file = new Uint8Array(readFileSync(`${bench.folder}/changed.wav`)).subarray(44);
    const heard = decodeWavSamples({ encoding: 'pcm16', sampleRate: 8000, channels: 1 }, file);
    expect(Math.max(...heard.subarray(4000).map(Math.abs))).toBeGreaterThan(2000);
  });
});
