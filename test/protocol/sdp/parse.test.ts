import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, directionOf } from '../../../src/protocol/sdp/description.ts';
import { parseSdp } from '../../../src/protocol/sdp/parse.ts';
import { writeSdp } from '../../../src/protocol/sdp/write.ts';
import { offerFrom, parsed } from './fixtures.ts';

const folder = new URL('../../fixtures/sdp/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.sdp'));
const frame = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n';

describe('session descriptions (RFC 8866)', () => {
  it.each(files)('read the same again after writing: %s', (name) => {
    const session = parsed(readFileSync(new URL(name, folder), 'utf8'));
    expect(parseSdp(writeSdp(session))).toEqual(session);
  });

  it('are written with CR LF, origin, time and media in the order prescribed', () => {
    const text = writeSdp(offerFrom('fax-beside-audio'));
    expect(text).toBe(
      [
        'v=0',
        'o=gateway 1 2 IN IP4 192.0.2.40',
        's=-',
        'c=IN IP4 192.0.2.40',
        't=0 0',
        'm=audio 6000 RTP/AVP 8',
        'm=image 6002 udptl t38',
        'a=T38FaxVersion:0',
        '',
      ].join('\r\n'),
    );
  });

  it('let the direction of a line overrule that of the session', () => {
    const session = parsed(`${frame}a=recvonly\r\nm=audio 1 RTP/AVP 0\r\nm=audio 2 RTP/AVP 0\r\na=inactive\r\n`);
    expect(session.media.map((media) => directionOf(session, media))).toEqual(['recvonly', 'inactive']);
    expect(attribute(session, 'recvonly')).toBe('');
    expect(attribute(session, 'sendonly')).toBeUndefined();
  });

  it('may come with bare line feeds and without s= and t=', () => {
    expect(parsed('v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 1 RTP/AVP 0\n').media.length).toBe(1);
  });

  it.each([
    ['nothing', ''],
    ['no version', 'o=- 1 1 IN IP4 192.0.2.1\r\n'],
    ['no origin', 'v=0\r\ns=-\r\n'],
    ['an address that is none', 'v=0\r\no=- 1 1 IN IP4\r\n'],
    ['a port that is none', `${frame}m=audio x RTP/AVP 0\r\n`],
    ['a port too high', `${frame}m=audio 65536 RTP/AVP 0\r\n`],
    ['a line that is none', `${frame}hello\r\n`],
    ['an address with a command in it', `${frame}c=IN IP4 1.2.3.4;reboot\r\n`],
    ['too many media', frame + 'm=audio 1 RTP/AVP 0\r\n'.repeat(17)],
    ['too many lines', frame + 'a=x\r\n'.repeat(1001)],
    ['too long a line', `${frame}a=${'x'.repeat(5000)}\r\n`],
    ['too much text', frame + 'a=x\r\n'.repeat(20_000)],
  ])('are refused with %s', (_, text) => {
    expect(parseSdp(text)).toBeTypeOf('string');
  });

  it('never throw, whatever the text', () => {
    const line = fc
      .tuple(fc.constantFrom('v', 'o', 's', 'c', 'a', 'm', 'z'), fc.string())
      .map(([type, value]) => `${type}=${value}`);
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        parseSdp([frame, ...lines].join('\r\n'));
      }),
    );
  });
});
