import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Framed, StreamFramer } from '../../../src/protocol/sip/framing.ts';

const one = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nhello';
const two = 'REGISTER sip:b SIP/2.0\r\nl: 0\r\n\r\n';

describe('messages out of a stream', () => {
  it('come out whole however the stream is cut (RFC 3261 §18.3)', () => {
    const stream = `\r\n\r\n${one}\r\n${two}\r\n\r\n${one}`;
    const wanted: Framed[] = [
      { keepAlive: true },
      { message: one },
      { message: two },
      { keepAlive: true },
      { message: one },
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const framer = new StreamFramer(1000);
        const edges = [0, ...[...cuts].sort((a, b) => a - b), stream.length];
        const found = edges.slice(1).flatMap((end, i) => framer.push(stream.slice(edges[i], end)));
        expect(found).toEqual(wanted);
        expect(framer.incomplete).toBe(false);
      }),
    );
  });

  it.each([
    ['no length', 'OPTIONS sip:a SIP/2.0\r\n\r\n'],
    ['a length that is no number', 'OPTIONS sip:a SIP/2.0\r\nContent-Length: x\r\n\r\n'],
    ['a negative length', 'OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n'],
    ['two lengths', 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\nab'],
    ['a length beyond the limit', 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 5000\r\n\r\n'],
    ['no end of headers', `OPTIONS sip:a SIP/2.0\r\n${'X: 1\r\n'.repeat(300)}`],
  ])('end at %s, and nothing behind it is read', (_, text) => {
    const framer = new StreamFramer(1000);
    expect(framer.push(text)).toEqual([{ broken: expect.any(String), message: expect.stringContaining('OPTIONS') }]);
    expect(framer.push(one)).toEqual([]);
  });
});
