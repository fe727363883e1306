import { describe, expect, it } from 'vitest';
import { addressIn, isBehindNat, isWithoutG711, type Keying, keyingOf } from '../../src/decide/media-offer.ts';
import {
  type CalledSide,
  type CallingSide,
  mediaPath,
  offeredBetween,
  type Rung,
  settingBetween,
  settingOfLine,
  wantsKeys,
} from '../../src/decide/media-path.ts';
import { SiteId } from '../../src/domain/ids.ts';
import type { MediaPolicy } from '../../src/domain/media.ts';

describe('how a description keys its sound', () => {
  it.each([
    ['m=audio 40000 RTP/AVP 8', 'plain'],
    ['m=audio 40000 RTP/AVPF 8', 'plain'],
    ['m=audio 40000 RTP/SAVP 8', 'keys'],
    ['v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 8', 'handshake'],
    ['m=video 9 UDP/TLS/RTP/SAVPF 96\r\nm=audio 40000 RTP/AVP 8', 'plain'],
    ['v=0', undefined],
    [undefined, undefined],
  ])('%j: %s', (description, keying) => {
    expect(keyingOf(description)).toBe(keying);
  });
});

describe('where the sound of a description is to be sent', () => {
  it.each([
    ['that of the whole', 'v=0\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n', '192.0.2.1'],
    [
      'the address of the sound itself before that of the whole',
      'v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 8\r\na=sendrecv\r\nc=IN IP4 192.0.2.7\r\nm=video 6 RTP/AVP 99\r\nc=IN IP4 192.0.2.9\r\n',
      '192.0.2.7',
    ],
    [
      'not that of the pictures',
      'v=0\r\nm=audio 4 RTP/AVP 8\r\nm=video 6 RTP/AVP 99\r\nc=IN IP4 192.0.2.9\r\n',
      undefined,
    ],
    ['none in IPv6', 'v=0\r\nc=IN IP6 2001:db8::1\r\nm=audio 4 RTP/AVP 8\r\n', undefined],
    ['none in nothing', undefined, undefined],
  ])('%s', (_, description, address) => {
    expect(addressIn(description)).toBe(address);
  });
});

describe('a phone is behind a NAT', () => {
  it.each([
    ['192.168.1.20', '198.51.100.7', true],
    ['10.4.4.4', '198.51.100.7', true],
    ['172.31.0.9', '198.51.100.7', true],
    ['100.64.0.9', '198.51.100.7', true],
    ['169.254.3.3', '198.51.100.7', true],
    ['10.4.4.4', '10.8.0.3', true],
    ['10.4.4.4', '10.4.4.4', false],
    ['198.51.100.7', '198.51.100.8', false],
    ['172.32.0.9', '198.51.100.7', false],
    ['100.128.0.9', '198.51.100.7', false],
    ['phone.example', '198.51.100.7', false],
    ['0.0.0.0', '198.51.100.7', false],
    [undefined, '198.51.100.7', false],
  ])('when it names %s and its requests come from %s: %s', (named, source, isHidden) => {
    expect(isBehindNat([named], source)).toBe(isHidden);
  });
});

describe('an offer without G.711', () => {
  it.each([
    ['m=audio 40000 RTP/AVP 8 101', false],
    ['m=audio 40000 RTP/AVP 9 0', false],
    ['m=audio 40000 RTP/AVP 96 101\r\na=rtpmap:96 PCMA/8000', false],
    ['m=audio 40000 RTP/AVP 111 101\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000', true],
    ['m=audio 40000 RTP/AVP 18', true],
    ['v=0', false],
    [undefined, false],
  ])('%j: %s', (description, isWithout) => {
    expect(isWithoutG711(description)).toBe(isWithout);
  });
});

describe('what the media server offers between two ends', () => {
  it.each<[Keying | undefined, Rung, Keying | undefined]>([
    ['handshake', 'browser', undefined],
    ['handshake', 'phone', 'plain'],
    ['handshake', 'secured phone', 'keys'],
    ['handshake', 'trunk', 'plain'],
    ['plain', 'browser', 'handshake'],
    ['plain', 'phone', undefined],
    ['plain', 'secured phone', 'keys'],
    ['plain', 'trunk', undefined],
    ['keys', 'browser', 'handshake'],
    ['keys', 'phone', undefined],
    ['keys', 'secured phone', undefined],
    ['keys', 'trunk', 'plain'],
    [undefined, 'browser', 'handshake'],
    [undefined, 'phone', undefined],
    [undefined, 'secured phone', undefined],
    [undefined, 'trunk', undefined],
  ])('that of a caller with %s who rings a %s: %s', (caller, rung, offered) => {
    expect(offeredBetween(caller, rung)).toBe(offered);
  });
});

const media = (policy: MediaPolicy) => ({ media: policy });
const desk: CallingSide = { setting: media('auto'), keying: 'plain', isBehindNat: false, isExotic: false };
const phone: CalledSide = { setting: media('auto'), rung: 'phone', isBehindNat: false };
const trunk: CalledSide = { ...phone, rung: 'trunk' };

describe('how the sound of a call runs', () => {
  it('goes straight where nothing speaks against it, and may switch when that will not do', () => {
    expect(mediaPath(desk, phone)).toEqual({ is: 'direct', offers: 'plain', maySwitch: true });
  });

  it('is anchored when either side is set to it, and does without when there is no media server', () => {
    const wished = { is: 'anchored', offers: 'plain', isNeeded: false, why: 'setting' };
    expect(mediaPath({ ...desk, setting: media('anchored') }, trunk)).toEqual(wished);
    expect(mediaPath({ ...desk, setting: media('direct') }, { ...trunk, setting: media('anchored') })).toEqual(wished);
  });

  it('is anchored by need when one is behind a NAT, and not when it is set to go straight', () => {
    const hidden = { ...phone, isBehindNat: true };
    expect(mediaPath(desk, hidden)).toMatchObject({ is: 'anchored', isNeeded: false, why: 'nat' });
    expect(mediaPath({ ...desk, isBehindNat: true }, phone)).toMatchObject({ is: 'anchored', why: 'nat' });
    expect(mediaPath(desk, { ...hidden, setting: media('direct') })).toMatchObject({ is: 'direct', maySwitch: false });
  });

  it('is anchored towards a trunk when nothing is offered that a telephone network knows', () => {
    expect(mediaPath({ ...desk, isExotic: true }, trunk)).toMatchObject({ is: 'anchored', why: 'codec' });
    expect(mediaPath({ ...desk, isExotic: true }, phone)).toMatchObject({ is: 'direct' });
  });

  it('is anchored between two pages, which could not be held with music otherwise, and not when set to go straight', () => {
    const [caller, page] = [
      { ...desk, keying: 'handshake' as const },
      { ...phone, rung: 'browser' as const },
    ];
    expect(mediaPath(caller, page)).toEqual({ is: 'anchored', offers: 'handshake', isNeeded: false, why: 'browsers' });
    expect(mediaPath(caller, { ...page, setting: media('direct') })).toMatchObject({ is: 'direct', maySwitch: false });
  });

  it('needs the media server where only one of the two encrypts, whatever is set', () => {
    const direct = { ...trunk, setting: media('direct') };
    const needed = { is: 'anchored', offers: 'plain', isNeeded: true, why: 'encryption' };
    expect(mediaPath({ ...desk, keying: 'keys' }, direct)).toEqual(needed);
    expect(mediaPath({ ...desk, keying: 'handshake' }, direct)).toEqual(needed);
  });

  it('lets help be called even where it can hardly be heard', () => {
    const help = { ...trunk, isEmergency: true };
    expect(mediaPath({ ...desk, keying: 'handshake' }, help)).toMatchObject({ is: 'anchored', isNeeded: false });
  });

  it('offers a browser its handshake and a phone that wants keys its keys, whyever it is anchored', () => {
    const setting = media('anchored');
    expect(mediaPath({ ...desk, keying: 'handshake', setting }, { ...phone, rung: 'browser' })).toMatchObject({
      offers: 'handshake',
      why: 'setting',
    });
    expect(mediaPath({ ...desk, keying: 'keys', setting }, { ...phone, rung: 'secured phone' })).toMatchObject({
      offers: 'keys',
      why: 'setting',
    });
  });
});

describe('which setting counts', () => {
  const site = { id: SiteId.parse('mairie'), media: 'anchored', srtp: true } as const;
  const config = 'sites/mairie.csv:12';

  it('is the line’s own before that of its site', () => {
    expect(settingOfLine({ media: 'direct', config }, site)).toEqual({ media: 'direct', config });
    expect(settingOfLine({ config }, site)).toEqual({ media: 'anchored', config: 'sites.mairie.media' });
    expect(wantsKeys({ srtp: false }, site)).toBe(false);
    expect(wantsKeys({}, site)).toBe(true);
  });

  it.each<[MediaPolicy, MediaPolicy, MediaPolicy]>([
    ['auto', 'auto', 'auto'],
    ['direct', 'auto', 'direct'],
    ['auto', 'direct', 'direct'],
    ['direct', 'anchored', 'anchored'],
    ['anchored', 'direct', 'anchored'],
    ['auto', 'anchored', 'anchored'],
  ])('between %s and %s it is %s', (one, other, counts) => {
    expect(settingBetween(media(one), media(other)).media).toBe(counts);
  });
});
