import { describe, expect, it } from 'vitest';
import { type KeysHint, takesKeysByInfo } from '../../src/decide/media-keys.ts';

const events = 'm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n';
const tones = 'm=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n';
const info: KeysHint = {
  description: tones,
  allow: 'INVITE, ACK, BYE, INFO',
  accept: 'application/sdp, application/dtmf-relay',
  hasToldOne: false,
};

describe('a party takes the keys of the other side by INFO', () => {
  it.each<[string, Partial<KeysHint>, boolean]>([
    ['when it knows INFO and bodies with keys, and no telephone-event was agreed', {}, true],
    ['when it has told one itself', { allow: undefined, accept: undefined, hasToldOne: true }, true],
    ['and the older kind of body will do', { accept: 'application/dtmf' }, true],
    ['but not where telephone-events were agreed', { description: events }, false],
    ['not even when it has told one by INFO', { description: events, hasToldOne: true }, false],
    ['but not for listing INFO alone, as nearly every phone does', { accept: 'application/sdp' }, false],
    ['nor without INFO', { allow: 'INVITE, ACK, BYE' }, false],
    ['nor before it has described itself', { description: undefined }, false],
  ])('%s', (_, hint, takes) => {
    expect(takesKeysByInfo({ ...info, ...hint })).toBe(takes);
  });
});
