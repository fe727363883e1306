import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SipMessage } from '../../../src/protocol/sip/message.ts';
import { readCryptoLine, writeCryptoLine } from '../../../src/protocol/srtp/sdes.ts';
import { Bench, type LegWishes, mediaOf, sdpOf, type TestLeg } from './support/bench.ts';
import { babble, frequencyOf, isFound, loudPart, sine, writeWav } from './support/listen.ts';
import { type Codec, RtpPeer } from './support/rtp-peer.ts';

let bench: Bench;
const speech = babble(1000);
const twice = Int16Array.from([...speech, ...speech]);
beforeAll(async () => {
  bench = await Bench.open();
  writeWav(`${bench.folder}/long.wav`, sine(600, 5000));
});
afterAll(() => bench.close());

async function bridged(a: LegWishes = {}, b: LegWishes = {}): Promise<readonly [TestLeg, TestLeg]> {
  const legs = [await bench.leg(a), await bench.leg(b)] as const;
  expect(await legs[0].application.api(`uuid_bridge ${legs[0].uuid} ${legs[1].uuid}`)).toBe(`+OK ${legs[1].uuid}\n`);
  return legs;
}

/** Waits until so many packets under the codec have come, those of the opening left out. */
async function hears({ phone }: TestLeg, packets: number, codec: Codec = 'PCMA'): Promise<Int16Array> {
  const from = phone.heard.all.length;
  await phone.heard.next(() => phone.heard.all.length >= from + packets, `${packets} packets`);
  return phone.samples(codec, from);
}

describe('two legs that are bridged', () => {
  it('hear each other', async () => {
    const [a, b] = await bridged();
    a.phone.say(speech);
    b.phone.say(sine(500, 1000));
    expect(isFound(await hears(b, 60), twice)).toBe(true);
    expect(Math.abs(frequencyOf(loudPart(await hears(a, 20))) - 500)).toBeLessThan(15);
  });

  it.each<[Codec, Codec, string, string]>([
    ['PCMA', 'PCMU', '8 101', '0 101'],
    ['PCMU', 'G722', '0 101', '9 101'],
    ['G722', 'PCMA', '9 101', '8 101'],
  ])('hear each other though one speaks %s and the other %s', async (one, other, formatsA, formatsB) => {
    const [a, b] = await bridged({ formats: formatsA }, { formats: formatsB });
    a.phone.say(sine(500, 1000, one === 'G722' ? 16000 : 8000), one);
    b.phone.say(sine(900, 1000, other === 'G722' ? 16000 : 8000), other);
    const rateA = one === 'G722' ? 16000 : 8000;
    const rateB = other === 'G722' ? 16000 : 8000;
    await hears(b, 20, other);
    expect(Math.abs(frequencyOf(loudPart(await hears(b, 30, other)), rateB) - 500)).toBeLessThan(20);
    expect(Math.abs(frequencyOf(loudPart(await hears(a, 30, one)), rateA) - 900)).toBeLessThan(20);
  });

  it('relay the packets of one codec as they are, on one time line', async () => {
    const [a, b] = await bridged();
    a.phone.sequence = 65_530;
    a.phone.say(speech);
    await hears(b, 30);
    const from = b.phone.heard.all.length;
    await b.phone.heard.next(() => b.phone.heard.all.length > from + 20, 'more packets');
    const packets = b.phone.heard.all.slice(from, from + 20);
    const steps = packets
      .slice(1)
      .map(({ header }, i) => [
        (header.sequence - (packets[i]?.header.sequence ?? 0)) & 0xffff,
        header.timestamp - (packets[i]?.header.timestamp ?? 0),
      ]);
    expect(steps).toEqual(Array(19).fill([1, 160]));
    expect(new Set(packets.map(({ header }) => header.ssrc)).size).toBe(1);
    expect(packets[0]?.header.ssrc).not.toBe(a.phone.ssrc);
  });

  it('pass keys on, which are told on the leg they came from only', async () => {
    const [a, b] = await bridged({}, { formats: '8 96' });
    a.phone.saySilence();
    await hears(b, 3);
    a.phone.press(7);
    expect((await a.application.named('DTMF'))['DTMF-Digit']).toBe('7');
    await b.phone.heard.next(() => b.phone.keys(96).includes(7), 'the key');
    expect(b.application.events.all.some((event) => event['Event-Name'] === 'DTMF')).toBe(false);
  });
});

describe('a bridge', () => {
  it('ends what either leg did, an endless playback too', async () => {
    const a = await bench.leg();
    const b = await bench.leg();
    const playing = a.application.execute(a.uuid, 'endless_playback', 'long.wav');
    await a.application.named('PLAYBACK_START');
    await a.application.api(`uuid_bridge ${a.uuid} ${b.uuid}`);
    expect((await playing.completion)['Application-Response']).toBe('PLAYBACK ERROR');
  });

  it('lets either be muted, and recorded', async () => {
    const [a, b] = await bridged();
    a.phone.say(sine(500, 1000));
    await hears(b, 10);
    await a.application.execute(a.uuid, 'set_mute', 'read true').completion;
    await hears(b, 15);
    const muted = await hears(b, 10);
    expect(Math.max(...muted.map(Math.abs))).toBeLessThan(20);
    await a.application.execute(a.uuid, 'set_mute', 'read false').completion;
    await hears(b, 15);
    expect(Math.abs(frequencyOf(loudPart(await hears(b, 20))) - 500)).toBeLessThan(15);
    await a.application.execute(a.uuid, 'record_session', 'bridge.wav').completion;
    await hears(b, 10);
    expect((await a.application.api(`uuid_record ${a.uuid} stop bridge.wav`)).trim()).toBe('+OK Success');
  });

  it('is taken apart, both play, and is made again', async () => {
    const [a, b] = await bridged();
    expect(await a.application.api(`uuid_transfer ${a.uuid} -both park inline`)).toBe('+OK\n');
    for (const leg of [a, b]) {
      expect(
        (await leg.application.execute(leg.uuid, 'playback', 'silence_stream://60').completion)['Application-Response'],
      ).toBe('FILE PLAYED');
    }
    await a.application.api(`uuid_bridge ${a.uuid} ${b.uuid}`);
    a.phone.say(speech);
    await hears(b, 10);
  });

  it('leaves the other one parked when one hangs up', async () => {
    const [a, b] = await bridged();
    await a.call.bye();
    await b.application.named('CHANNEL_UNBRIDGE');
    expect(
      (await b.application.execute(b.uuid, 'playback', 'silence_stream://60').completion)['Application-Response'],
    ).toBe('FILE PLAYED');
  });
});

describe('packets of others', () => {
  it('are never heard, and never change where we send', async () => {
    const [a, b] = await bridged();
    a.phone.say(speech);
    await hears(b, 20);
    const attacker = await RtpPeer.open();
    attacker.sendTo(a.port);
    attacker.say(sine(2000, 1000));
    await hears(b, 40);
    expect(isFound(await hears(b, 40), twice)).toBe(true);
    expect(attacker.heard.all).toEqual([]);
    attacker.close();
  });

  it('are not answered while there is nobody else yet', async () => {
    const leg = await bench.leg();
    const attacker = await RtpPeer.open();
    attacker.sendTo(leg.port);
    attacker.say(sine(2000, 1000));
    void leg.application.execute(leg.uuid, 'playback', 'tone_stream://%(2000,0,440)');
    await leg.phone.heard.count(40, 'packets');
    expect(attacker.heard.all).toEqual([]);
    attacker.close();
  });
});

describe('a leg with SRTP', () => {
  it.each(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM', 'AEAD_AES_256_GCM'] as const)(
    'talks with one without (%s)',
    async (suite) => {
      const bytes = suite === 'AEAD_AES_256_GCM' ? 32 : 16;
      const salt = suite.startsWith('AEAD') ? 12 : 14;
      const own = { tag: 1, suite, master: { key: new Uint8Array(bytes).fill(5), salt: new Uint8Array(salt).fill(6) } };
      const secured = await bench.leg({ protocol: 'RTP/SAVP', lines: [`a=crypto:${writeCryptoLine(own)}`] });
      const theirs = readCryptoLine(mediaOf(secured.call.response).attribute('crypto') ?? '');
      if (theirs === undefined) throw new Error('no crypto line in the answer');
      secured.phone.useKeys(own, theirs);
      const plain = await bench.leg();
      await plain.application.api(`uuid_bridge ${secured.uuid} ${plain.uuid}`);
      secured.phone.say(sine(500, 1000));
      plain.phone.say(sine(900, 1000));
      await hears(plain, 10);
      expect(Math.abs(frequencyOf(loudPart(await hears(plain, 20))) - 500)).toBeLessThan(15);
      expect(Math.abs(frequencyOf(loudPart(await hears(secured, 20))) - 900)).toBeLessThan(15);
    },
  );

  it('gets another key of ours when it comes back to a suite, whose packet count would begin anew (RFC 3711 §9.1)', async () => {
    const line = (suite: 'AES_CM_128_HMAC_SHA1_80' | 'AEAD_AES_128_GCM') => {
      const salt = new Uint8Array(suite === 'AEAD_AES_128_GCM' ? 12 : 14).fill(6);
      return `a=crypto:${writeCryptoLine({ tag: 1, suite, master: { key: new Uint8Array(16).fill(5), salt } })}`;
    };
    const [one, other] = [line('AES_CM_128_HMAC_SHA1_80'), line('AEAD_AES_128_GCM')];
    const leg = await bench.leg({ protocol: 'RTP/SAVP', lines: [one] });
    const keyOf = (message: SipMessage) => mediaOf(message).attribute('crypto') ?? '';
    const again = async (crypto: string) => {
      const answered = await leg.call.invite(sdpOf(leg.phone.port, '8 101', [crypto], 'RTP/SAVP'));
      leg.call.ack();
      return keyOf(answered);
    };
    const first = keyOf(leg.call.response);
    expect(await again(one)).toBe(first);
    const second = await again(other);
    expect(second).not.toBe(first);
    const third = await again(one);
    expect(third).toContain('AES_CM_128_HMAC_SHA1_80');
    expect(third).not.toBe(first);
    expect(await again(one)).toBe(third);
    expect(await again(other)).not.toBe(second);
  });
});
