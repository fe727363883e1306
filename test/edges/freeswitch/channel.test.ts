import { describe, expect, it } from 'vitest';
import type { Controlled } from '../../../src/edges/freeswitch/controlled.ts';
import { unansweredVariable } from '../../../src/edges/freeswitch/offer.ts';
import { type CryptoLine, readCryptoLine, writeCryptoLine } from '../../../src/protocol/srtp/sdes.ts';
import { isEmbeddedMedia } from '../../support/media.ts';
import { hears, mediaRoom, offer, portOf, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';

const room = mediaRoom();

/** The first AES_CM_128_HMAC_SHA1_80 of a description. */
function cryptoIn(sdp: string): CryptoLine {
  const text = /^a=crypto:(\d+ AES_CM_128_HMAC_SHA1_80 .*)$/m.exec(sdp)?.[1];
  const line = text === undefined ? undefined : readCryptoLine(text.trim());
  if (line === undefined) throw new Error(`no keys in ${sdp}`);
  return line;
}

describe('an end on a media server', () => {
  it('answers what a party offers, and is gone when it is closed', async () => {
    const one = await room.somebody();
    expect(one.end.sdp).toMatch(/m=audio \d+ RTP\/AVP 8/);
    expect(one.end.gone.aborted).toBe(false);
    one.end.close();
    expect(one.end.gone.reason).toBe('closed');
  });

  it.each([
    ['theirs', () => ({ offer: offer(40_000) })],
    ['ours', () => ({ offers: 'plain' as const })],
  ])('says with an offer of %s that nobody was answered yet, until somebody was', async (_whose, wish) => {
    const end = room.keep(await room.media.pool.open(wish()));
    const said = () => (end as unknown as Controlled).api('uuid_getvar', unansweredVariable);
    expect(await said()).toBe('true');
    end.answered();
    await until('it is known', async () => (await said()) !== 'true');
  });

  it('makes an offer, and hears whoever answers it', async () => {
    const end = room.keep(await room.media.pool.open({ offers: 'plain' }));
    const peer = await room.peer();
    peer.sendTo(portOf(end.sdp));
    const answer = await end.take(offer(peer.port));
    expect(answer).toContain(`m=audio ${portOf(end.sdp)} RTP/AVP 8`);
    peer.saySilence();
    const gone = new AbortController();
    end.voice({ gone: gone.signal, hangUp: () => undefined }).loop('ring-back');
    await until('the peer hears it', () => hears(peer));
  });

  it('makes an offer of one line of sound, without keys unless they were wanted', async () => {
    const plain = room.keep(await room.media.pool.open({ offers: 'plain' }));
    const keys = room.keep(await room.media.pool.open({ offers: 'keys' }));
    expect(plain.sdp.match(/^m=.*/gm)).toEqual([expect.stringMatching(/^m=audio \d+ RTP\/AVP /)]);
    expect(plain.sdp).not.toContain('a=crypto');
    expect(keys.sdp.match(/^m=.*/gm)).toEqual([expect.stringMatching(/^m=audio \d+ RTP\/SAVP /)]);
    expect(keys.sdp).toContain('a=crypto:1 ');
  });

  // A FreeSWITCH makes its offer before anybody could tell it that it is for a browser.
  it.runIf(isEmbeddedMedia)('makes an offer for a browser', async () => {
    const handshake = room.keep(await room.media.pool.open({ offers: 'handshake' }));
    expect(handshake.sdp).toMatch(/UDP\/TLS\/RTP\/SAVPF [\s\S]*a=setup:actpass/);
  });
});

describe('an end with keys', () => {
  it('answers an offer with keys at once', async () => {
    const secured = offer(
      40_000,
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n',
    );
    const end = room.keep(await room.media.pool.open({ offer: secured.replace('RTP/AVP', 'RTP/SAVP') }));
    expect(end.sdp).toMatch(/RTP\/SAVP [\s\S]*a=crypto:1 AES_CM_128_HMAC_SHA1_80/);
  });

  // A FreeSWITCH goes on with another key than the one it offered, once the phone has described itself.
  it.runIf(isEmbeddedMedia)(
    'goes on with the keys of its offer, however often they describe themselves (RFC 4568 §7.1.4)',
    async () => {
      const end = room.keep(await room.media.pool.open({ offers: 'keys' }));
      const ours = cryptoIn(end.sdp);
      const own = { ...ours, master: { key: new Uint8Array(16).fill(5), salt: new Uint8Array(14).fill(6) } };
      const peer = await room.peer();
      const describe = (more = ''): string =>
        offer(peer.port, `a=crypto:${writeCryptoLine(own)}\r\n${more}`).replace('RTP/AVP', 'RTP/SAVP');
      peer.useKeys(own, ours);
      peer.sendTo(portOf(end.sdp));
      expect(cryptoIn((await end.take(describe())) ?? '')).toEqual(ours);
      peer.saySilence();
      end.voice({ gone: new AbortController().signal, hangUp: () => undefined }).loop('ring-back');
      await until('the peer understands it', () => hears(peer));
      const before = peer.heard.all.length;
      expect(cryptoIn((await end.take(describe('a=sendrecv\r\n'))) ?? '')).toEqual(ours);
      await until('the peer still understands it', () =>
        peer.samples('PCMA', before + 25).some((sample) => Math.abs(sample) > 500),
      );
    },
  );
});

describe('an end among others', () => {
  it('is not there for what nobody could hear', async () => {
    expect(await room.media.pool.open({ offer: offer(40_000).replace('RTP/AVP 8 101', 'RTP/AVP 3') })).toBeUndefined();
  });

  it('joins two, who hear each other, and tells how it sounded when they part', async () => {
    const [one, other] = [await room.somebody(), await room.somebody()];
    expect(await one.end.join(other.end)).toBe(true);
    one.peer.say(tone);
    await until('the other hears it', () => hears(other.peer));
    one.end.close();
    const quality = await one.end.quality;
    expect(quality?.packetsReceived).toBeGreaterThan(0);
    expect(quality?.packetsSent).toBeGreaterThan(0);
  });

  it('lets a key pressed by INFO be heard by the other side as a telephone-event', async () => {
    const [one, other] = [await room.somebody(), await room.somebody()];
    await one.end.join(other.end);
    one.end.pressed('5', 160);
    await until('the key arrives', () => other.peer.keys().includes(5));
  });

  it('is told of a changed description and gives a new answer', async () => {
    const one = await room.somebody();
    const held = await one.end.take(offer(one.peer.port, 'a=sendonly\r\n'));
    expect(held).toContain('a=recvonly');
    expect(await one.end.take('no description')).toBeUndefined();
  });
});
