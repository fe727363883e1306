import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOffer } from '../../../src/protocol/sdp/answer.ts';
import { attribute, attributes, type Direction } from '../../../src/protocol/sdp/description.ts';
import type { LocalMedia } from '../../../src/protocol/sdp/local-media.ts';
import { parseSdp } from '../../../src/protocol/sdp/parse.ts';
import { writeSdp } from '../../../src/protocol/sdp/write.ts';
import { forBrowsers, offerFrom, parsed, plain, secure } from './fixtures.ts';

function answered(name: string, local: LocalMedia) {
  const answer = answerOffer(offerFrom(name), local);
  if (answer === undefined) throw new Error(`${name} was refused`);
  return answer;
}

const withDirection = (direction: string) =>
  parsed(`v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8\r\na=${direction}\r\n`);

describe('answers (RFC 3264 §6)', () => {
  it('take the first codec of the offer that we speak, and telephone-event under the number offered', () => {
    const { audio, description } = answered('plain-phone', plain);
    expect(audio).toMatchObject({
      codec: 'PCMA',
      payload: { send: 8, receive: 8 },
      telephoneEvent: { send: 101, receive: 101 },
      comfortNoise: { send: 13, receive: 13 },
      remote: { address: '192.0.2.10', port: 11780 },
      remoteRtcp: { address: '192.0.2.10', port: 11781 },
      ptimeMs: 30,
      direction: 'sendrecv',
    });
    expect(description.media[0]?.formats).toEqual(['8', '101', '13']);
  });

  it('follow the order of the offerer, not ours', () => {
    const offer = parsed('v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0 8\r\n');
    expect(answerOffer(offer, plain)?.audio.codec).toBe('PCMU');
  });

  it('pass over Opus for what else is offered, and are none where nothing else is: Opus is off', () => {
    const opus = (formats: string) =>
      parsed(
        `v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP ${formats}\r\na=rtpmap:111 opus/48000/2\r\n`,
      );
    const answer = answerOffer(opus('111 9 8'), { ...plain, codecs: ['PCMA', 'PCMU', 'G722'] });
    expect(answer?.audio.codec).toBe('G722');
    expect(answer?.description.media[0]?.formats).toEqual(['9']);
    expect(answerOffer(opus('111'), plain)).toBeUndefined();
  });

  it('MUST have a line for every line offered, in its place; unknown media are refused with port 0', () => {
    const { description, audio } = answered('phone-with-video', plain);
    expect(description.media.map(({ kind, port, protocol, formats }) => [kind, port, protocol, formats])).toEqual([
      ['video', 0, 'RTP/AVP', ['99']],
      ['audio', 20000, 'RTP/AVP', ['8', '96']],
      ['application', 0, 'UDP/BFCP', ['*']],
    ]);
    expect(audio.telephoneEvent).toEqual({ send: 96, receive: 96 });
  });

  it('share one port with RTCP where that is offered, and else send RTCP where it is asked for (RFC 3605)', () => {
    expect(answered('phone-with-video', plain).audio.remoteRtcp).toEqual({ address: '192.0.2.11', port: 4000 });
    const separate = answered('phone-with-video', { ...plain, rtcpMux: false });
    expect(separate.audio.remoteRtcp).toEqual({ address: '192.0.2.12', port: 4555 });
    expect(attribute(separate.description.media[1] ?? { attributes: [] }, 'rtcp-mux')).toBeUndefined();
  });
});

describe('the direction of an answer', () => {
  it.each<[Direction, Direction]>([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('turns %s into %s (RFC 3264 §6.1)', (offered, expected) => {
    const answer = answerOffer(withDirection(offered), plain);
    expect(answer?.audio.direction).toBe(expected);
    expect(attribute(answer?.description.media[0] ?? { attributes: [] }, expected)).toBe('');
  });

  it('holds when we hold, whatever is offered', () => {
    expect(answerOffer(withDirection('sendrecv'), { ...plain, direction: 'sendonly' })?.audio.direction).toBe(
      'sendonly',
    );
    expect(answerOffer(withDirection('sendonly'), { ...plain, direction: 'sendonly' })?.audio.direction).toBe(
      'inactive',
    );
  });

  it('understands the old hold, c=0.0.0.0: nowhere to send to (§8.4)', () => {
    const { audio } = answered('old-hold', plain);
    expect(audio.remote).toBeUndefined();
    expect(audio.direction).toBe('recvonly');
  });
});

describe('answers, when there is little to agree upon,', () => {
  it('are none for a fax over T.38, so that G.711 goes on', () => {
    expect(answerOffer(offerFrom('fax'), plain)).toBeUndefined();
    expect(answered('fax-beside-audio', plain).description.media.map(({ port }) => port)).toEqual([20000, 0]);
  });

  it('are none when there is no codec in common', () => {
    expect(answerOffer(offerFrom('old-hold'), { ...plain, codecs: ['G722'] })).toBeUndefined();
  });

  it('count the version of our description up, and keep its identifier', () => {
    const origin = answered('plain-phone', { ...plain, version: 4 }).description.origin;
    expect([origin.sessionId, origin.version]).toEqual(['77', '4']);
  });

  it('never throw, whatever is offered', () => {
    const attributeLine = fc.constantFrom(
      'rtpmap',
      'fmtp',
      'crypto',
      'ptime',
      'rtcp',
      'candidate',
      'setup',
      'mid',
      'maxptime',
    );
    const media = fc.constantFrom(
      'audio 9 RTP/AVP 8 0',
      'audio 1 RTP/SAVP 8',
      'image 2 udptl t38',
      'audio 5 UDP/TLS/RTP/SAVPF 9',
    );
    fc.assert(
      fc.property(fc.array(media, { maxLength: 4 }), fc.array(fc.tuple(attributeLine, fc.string())), (lines, more) => {
        const text = [
          'v=0',
          'o=- 1 1 IN IP4 192.0.2.1',
          ...lines.map((line) => `m=${line}`),
          ...more.map(([n, v]) => `a=${n}:${v}`),
        ];
        const offer = parseSdp(text.join('\r\n'));
        if (typeof offer === 'string') return;
        const answer = answerOffer(offer, forBrowsers);
        if (answer !== undefined) expect(parseSdp(writeSdp(answer.description))).not.toBeTypeOf('string');
      }),
    );
  });
});

describe('answers to encrypted offers', () => {
  it('repeat tag and suite of the first crypto line that we can use, with a key of our own (RFC 4568 §5.1.2)', () => {
    const { audio, description } = answered('srtp-phone', secure);
    const [line = ''] = attributes(description.media[0] ?? { attributes: [] }, 'crypto');
    expect(line).toMatch(/^2 AES_CM_128_HMAC_SHA1_80 inline:CQkJCQ/);
    expect(audio.srtp?.suite).toBe('AES_CM_128_HMAC_SHA1_80');
    expect(audio.srtp?.receive.key[0]).toBe('Y'.charCodeAt(0));
    expect(audio.srtp?.send.key[0]).toBe(9);
    expect(description.media[0]?.protocol).toBe('RTP/SAVP');
  });

  it('are none where we do not encrypt, nor to plain offers where we must', () => {
    expect(answerOffer(offerFrom('srtp-phone'), plain)).toBeUndefined();
    expect(
      answerOffer(offerFrom('plain-phone'), { ...secure, srtp: { ...secure.srtp, use: 'required' } }),
    ).toBeUndefined();
    expect(
      answerOffer(offerFrom('srtp-phone'), { ...secure, srtp: { ...secure.srtp, suites: ['AEAD_AES_128_GCM'] } }),
    ).toBeUndefined();
  });

  it('let a browser call: DTLS passive, ICE-lite with one candidate, one bundle, RTCP on the same port', () => {
    const { audio, description } = answered('browser', forBrowsers);
    expect(audio).toMatchObject({
      codec: 'G722',
      rtcpMux: true,
      telephoneEvent: { send: 126, receive: 126 },
      dtls: { setup: 'actpass', iceUfrag: 'vNUY', fingerprint: { hash: 'sha-256' } },
    });
    expect(description.attributes).toEqual([{ name: 'ice-lite' }, { name: 'group', value: 'BUNDLE 0' }]);
    const line = description.media[0] ?? { attributes: [] };
    expect(attribute(line, 'setup')).toBe('passive');
    expect(attribute(line, 'candidate')).toBe('1 1 udp 2130706431 198.51.100.1 20000 typ host');
    expect(attribute(line, 'rtcp-mux')).toBe('');
    expect(attribute(line, 'mid')).toBe('0');
  });

  it('are none to a browser where there is no certificate', () => {
    expect(answerOffer(offerFrom('browser'), secure)).toBeUndefined();
  });
});
