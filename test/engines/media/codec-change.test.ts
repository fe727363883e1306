import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWavHeader } from '../../../src/protocol/audio/wav.ts';
import { decodeWavSamples } from '../../../src/protocol/audio/wav-samples.ts';
import { Bench, mediaOf, sdpOf, type TestLeg } from './support/bench.ts';
import { babble, frequencyOf, isFound, loudPart, sine, writeWav } from './support/listen.ts';
import type { Codec } from './support/rtp-peer.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
  writeWav(`${bench.folder}/tone.wav`, sine(700, 20_000));
});
afterAll(() => bench.close());

const FORMATS: Readonly<Record<Codec, string>> = { PCMA: '8 101', PCMU: '0 101', G722: '9 101' };
const rateOf = (codec: Codec) => (codec === 'G722' ? 16000 : 8000);

/** The pitch of what a phone hears from now on, under a codec. */
async function pitch({ phone }: Pick<TestLeg, 'phone'>, codec: Codec): Promise<number> {
  const from = phone.heard.all.length;
  const type = Number(FORMATS[codec].split(' ')[0]);
  const isThere = () => phone.heard.all.slice(from).filter(({ header }) => header.payloadType === type).length >= 30;
  await phone.heard.next(isThere, `sound as ${codec}`);
  return frequencyOf(loudPart(phone.samples(codec, from)), rateOf(codec));
}

/** The pitch of a recording, a tenth of a second after the other. */
function pitches(file: string): readonly number[] {
  const bytes = new Uint8Array(readFileSync(`${bench.folder}/${file}`));
  const wav = readWavHeader(bytes, bytes.length);
  if (typeof wav === 'string') throw new Error(wav);
  const samples = loudPart(decodeWavSamples(wav, bytes.subarray(wav.dataAt)));
  const length = wav.sampleRate / 10;
  return Array.from({ length: Math.floor(samples.length / length) }, (_, n) =>
    frequencyOf(samples.subarray(n * length, (n + 1) * length), wav.sampleRate),
  );
}

async function changes({ call, phone }: TestLeg, codec: Codec): Promise<void> {
  await call.invite(sdpOf(phone.port, FORMATS[codec]));
  call.ack();
}

const near = (hz: number) => (found: number) => Math.abs(found - hz) < 25;

describe.each<[Codec, Codec]>([
  ['G722', 'PCMA'],
  ['PCMA', 'G722'],
])('a phone that changes from %s to %s', (first, second) => {
  it('hears what is played at the same pitch as before', async () => {
    const leg = await bench.leg({ formats: FORMATS[first] });
    leg.application.execute(leg.uuid, 'playback', 'tone.wav');
    expect(await pitch(leg, first)).toSatisfy(near(700));
    await changes(leg, second);
    expect(await pitch(leg, second)).toSatisfy(near(700));
  });

  it('is recorded at the same pitch as before, whichever it speaks', async () => {
    const leg = await bench.leg({ formats: FORMATS[first] });
    leg.phone.say(sine(500, 1000, rateOf(first)), first);
    leg.application.execute(leg.uuid, 'playback', 'silence_stream://-1');
    leg.application.execute(leg.uuid, 'record_session', `${first}.wav`);
    await leg.application.named('RECORD_START');
    await leg.application.execute(leg.uuid, 'sleep', '1000').completion;
    await changes(leg, second);
    leg.phone.say(sine(500, 1000, rateOf(second)), second);
    await leg.application.execute(leg.uuid, 'sleep', '1000').completion;
    leg.application.execute(leg.uuid, 'stop_record_session', `${first}.wav`);
    await leg.application.named('RECORD_STOP');
    await leg.application.execute(leg.uuid, 'sleep', '200').completion;
    const found = pitches(`${first}.wav`);
    // Where it changes a piece may be of both.
    expect(found.filter((hz) => !near(500)(hz)).length).toBeLessThanOrEqual(3);
    expect(found.length).toBeGreaterThan(10);
  });

  it('hears and is heard in a room at the same pitch as before', async () => {
    const legs = [await bench.leg({ formats: FORMATS[first] }), await bench.leg()] as const;
    for (const leg of legs) leg.application.execute(leg.uuid, 'conference', `change-${first}@default`);
    const [one, other] = legs;
    other.phone.say(sine(900, 1000));
    one.phone.say(sine(500, 1000, rateOf(first)), first);
    expect(await pitch(one, first)).toSatisfy(near(900));
    await changes(one, second);
    one.phone.say(sine(500, 1000, rateOf(second)), second);
    expect(await pitch(one, second)).toSatisfy(near(900));
    expect(await pitch(other, 'PCMA')).toSatisfy(near(500));
  });
});

describe('a phone that answers with two codecs, and speaks the second,', () => {
  /** We make the offer, the phone answers it. */
  async function answering(formats: string): Promise<Pick<TestLeg, 'uuid' | 'phone'>> {
    const [id, before, phone] = [bench.nextId(), bench.listener.connections.all.length, await bench.phone()];
    const call = await bench.caller.invite(id, '', bench.headers(id));
    phone.sendTo(mediaOf(call.response).port);
    call.ack(sdpOf(phone.port, formats));
    await bench.listener.connections.count(before + 1, 'connections');
    const { headers } = (await bench.listener.connections.all[before]?.ask('connect')) ?? {
      headers: {} as Readonly<Record<string, string>>,
    };
    return { uuid: headers['Channel-Unique-ID'] ?? '', phone };
  }

  it.each<[string, Codec]>([
    ['8 0 101', 'PCMU'],
    ['8 9 101', 'G722'],
  ])('is heard by whom it is joined with (answers %s, speaks %s)', async (formats, spoken) => {
    const [a, b] = [await answering(formats), await bench.leg()] as const;
    expect(await b.application.api(`uuid_bridge ${a.uuid} ${b.uuid}`)).toBe(`+OK ${b.uuid}\n`);
    a.phone.say(sine(500, 1000));
    expect(await pitch(b, 'PCMA')).toSatisfy(near(500));
    a.phone.say(babble(1000, rateOf(spoken)), spoken);
    const from = b.phone.heard.all.length;
    await b.phone.heard.next(() => b.phone.heard.all.length > from + 70, 'enough of it');
    const [speech, heard] = [babble(1000), b.phone.samples('PCMA', from)];
    expect(isFound(speech, heard)).toBe(true);
    expect(b.phone.heard.all.every(({ header }) => header.payloadType === 8)).toBe(true);
  });
});
