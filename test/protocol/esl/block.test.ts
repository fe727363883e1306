import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apiResponse,
  commandReply,
  connectReply,
  disconnectNotice,
  jsonEvent,
} from '../../../src/protocol/esl/block.ts';
import { percentDecode, percentEncode } from '../../../src/protocol/esl/encode.ts';

describe('the event socket, as answers', () => {
  it('encodes so that the clients can decode anything, even text that is not well formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = percentEncode(text);
        expect(encoded).toMatch(/^[!-~]*$/);
        expect(decodeURIComponent(encoded)).toBe(Buffer.from(text).toString());
        expect(percentDecode(encoded)).toBe(Buffer.from(text).toString());
      }),
    );
  });

  it('leaves the letters plain that FreeSWITCH leaves plain', () => {
    expect(percentEncode("azAZ09-_.~!$'()*,/")).toBe("azAZ09-_.~!$'()*,/");
    expect(percentEncode('a b:c@d%\r\n')).toBe('a%20b%3Ac%40d%25%0D%0A');
  });

  it('encodes a real channel as the real server did', () => {
    const file = readFileSync(new URL('../../fixtures/esl/connect-reply.txt', import.meta.url), 'utf8');
    const pairs = file
      .split('\n')
      .filter((line) => line.includes(': '))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const);
    expect(pairs.length).toBeGreaterThan(20);
    for (const [, value] of pairs) expect(percentEncode(percentDecode(value))).toBe(value);
  });

  it('keeps what cannot be decoded', () => {
    expect(percentDecode('100% sure %zz %41')).toBe('100% sure %zz A');
  });

  it('counts lengths in octets', () => {
    expect(apiResponse('é')).toBe('Content-Type: api/response\nContent-Length: 2\n\né');
    expect(jsonEvent({ 'Event-Name': 'DTMF', x: 'é' })).toContain('Content-Length: 30\n');
  });

  it('cannot be made to write a second line into a reply', () => {
    expect(commandReply('-ERR a\n\napi b')).toBe('Content-Type: command/reply\nReply-Text: -ERR a api b\n\n');
    expect(connectReply({ a: 'x\n\nReply-Text: y', b: undefined })).toBe('a: x%0A%0AReply-Text%3A%20y\n\n');
  });

  it('says good-bye with the 67 octets that FreeSWITCH says', () => {
    expect(disconnectNotice('u')).toContain('Content-Length: 67\n');
    expect(disconnectNotice()).not.toContain('Controlled-Session-UUID');
  });
});
