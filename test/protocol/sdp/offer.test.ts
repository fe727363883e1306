import { describe, expect, it } from 'vitest';
import { answerOffer } from '../../../src/protocol/sdp/answer.ts';
import { attributes } from '../../../src/protocol/sdp/description.ts';
import { makeOffer, takeAnswer } from '../../../src/protocol/sdp/offer.ts';
import { writeSdp } from '../../../src/protocol/sdp/write.ts';
import { forBrowsers, parsed, plain, secure } from './fixtures.ts';

const peer = { ...plain, address: '203.0.113.7', port: 30000, rtcpPort: 30001 };
const required = { ...secure, srtp: { ...secure.srtp, use: 'required' as const } };

describe('offers of ours (RFC 3264 §5)', () => {
  it('name all codecs we speak in our order, telephone-event and comfort noise', () => {
    const { description } = makeOffer({ ...plain, codecs: ['G722', 'PCMA', 'PCMU'] });
    expect(description.media[0]?.formats).toEqual(['9', '8', '0', '101', '13']);
    expect(attributes(description.media[0] ?? { attributes: [] }, 'rtpmap')).toEqual([
      '9 G722/8000',
      '8 PCMA/8000',
      '0 PCMU/8000',
      '101 telephone-event/8000',
      '13 CN/8000',
    ]);
  });

  it('come to the same as the answer made of them', () => {
    const offer = makeOffer(plain);
    const answer = answerOffer(offer.description, peer);
    const audio = takeAnswer(offer, parsed(writeSdp(answer?.description ?? offer.description)), plain);
    expect(audio).toMatchObject({
      codec: 'PCMA',
      remote: { address: '203.0.113.7', port: 30000 },
      telephoneEvent: { send: 101, receive: 101 },
      direction: 'sendrecv',
      rtcpMux: true,
    });
  });

  it('let the answerer number what it receives as it likes', () => {
    const answer = parsed(
      'v=0\r\no=- 1 1 IN IP4 203.0.113.7\r\nc=IN IP4 203.0.113.7\r\nm=audio 5000 RTP/AVP 8 97\r\na=rtpmap:97 telephone-event/8000\r\na=sendonly\r\n',
    );
    expect(takeAnswer(makeOffer(plain), answer, plain)).toMatchObject({
      telephoneEvent: { send: 97, receive: 101 },
      direction: 'recvonly',
    });
  });

  it('have no peer yet when the answer is a copy of them', () => {
    const offer = makeOffer(plain);
    const copy = parsed(writeSdp(offer.description).replace('t=0 0\r\n', 't=0 0\r\na=recvonly\r\n'));
    const audio = takeAnswer(offer, copy, plain);
    expect(audio).toMatchObject({ codec: 'PCMA' });
    expect(audio).not.toHaveProperty('remote');
  });

  it('carry one crypto line a suite where SRTP is required, and agree on the one answered', () => {
    const offer = makeOffer(required);
    expect(offer.description.media[0]?.protocol).toBe('RTP/SAVP');
    expect(offer.crypto.map(({ tag, suite }) => [tag, suite])).toEqual([
      [1, 'AEAD_AES_256_GCM'],
      [2, 'AES_CM_128_HMAC_SHA1_80'],
      [3, 'AES_CM_128_HMAC_SHA1_32'],
    ]);
    const other = { ...peer, srtp: { ...secure.srtp, suites: ['AES_CM_128_HMAC_SHA1_32' as const] } };
    const answer = answerOffer(offer.description, other);
    const audio = takeAnswer(offer, answer?.description ?? offer.description, required);
    expect(audio).toMatchObject({ srtp: { suite: 'AES_CM_128_HMAC_SHA1_32', send: offer.crypto[2]?.master } });
  });

  it.each([
    ['no audio line', 'm=video 1 RTP/AVP 99'],
    ['our audio refused', 'm=audio 0 RTP/AVP 8'],
    ['no codec in common', 'm=audio 4000 RTP/AVP 18'],
    ['encryption we did not offer', 'm=audio 4000 RTP/SAVP 8'],
  ])('cannot be used with an answer that has %s', (_, line) => {
    const answer = parsed(`v=0\r\no=- 1 1 IN IP4 203.0.113.7\r\nc=IN IP4 203.0.113.7\r\n${line}\r\n`);
    expect(takeAnswer(makeOffer(plain), answer, plain)).toBeTypeOf('string');
  });

  it('are not taken down from SRTP to RTP', () => {
    const answer = parsed('v=0\r\no=- 1 1 IN IP4 203.0.113.7\r\nc=IN IP4 203.0.113.7\r\nm=audio 4000 RTP/AVP 8\r\n');
    expect(takeAnswer(makeOffer(required), answer, required)).toBeTypeOf('string');
  });
});

describe('offers of ours to a browser', () => {
  const local = { ...forBrowsers, offersDtls: true };
  const browser = {
    ...peer,
    codecs: ['G722' as const],
    srtp: secure.srtp,
    dtls: {
      fingerprint: { hash: 'sha-256', value: Array(32).fill('AB').join(':') },
      iceUfrag: 'brws',
      icePwd: 'a-password-of-the-browser',
    },
  };
  const withOwn = (sdp: string) => sdp.replace('AA:BB', Array(32).fill('CD').join(':'));

  it('are DTLS, ICE-lite and one bundle, and wait for the handshake of the answerer (RFC 5763 §5)', () => {
    const offer = makeOffer(local);
    const text = withOwn(writeSdp(offer.description));
    for (const line of ['UDP/TLS/RTP/SAVPF 9', 'a=ice-lite', 'a=setup:actpass', 'a=rtcp-mux', 'a=group:BUNDLE 0'])
      expect(text).toContain(line);
    const answer = answerOffer(parsed(text), browser);
    const active = parsed(
      writeSdp(answer?.description ?? offer.description).replace('a=setup:passive', 'a=setup:active'),
    );
    expect(takeAnswer(offer, active, local)).toMatchObject({
      codec: 'G722',
      dtls: { setup: 'active', iceUfrag: 'brws' },
    });
  });

  it('cannot be used when the answerer waits as well, or has no certificate', () => {
    const offer = makeOffer(local);
    const answer = answerOffer(parsed(withOwn(writeSdp(offer.description))), browser);
    expect(takeAnswer(offer, answer?.description ?? offer.description, local)).toBeTypeOf('string');
    const bare = parsed(
      'v=0\r\no=- 1 1 IN IP4 203.0.113.7\r\nc=IN IP4 203.0.113.7\r\nm=audio 4000 UDP/TLS/RTP/SAVPF 9\r\n',
    );
    expect(takeAnswer(offer, bare, local)).toBeTypeOf('string');
  });

  it('have no peer yet when the answer is a copy of them', () => {
    const offer = makeOffer(local);
    const audio = takeAnswer(offer, parsed(withOwn(writeSdp(offer.description))), local);
    expect(audio).not.toHaveProperty('dtls');
    expect(audio).not.toHaveProperty('remote');
  });
});
