import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/protocol/drachtio/command.ts';
import { findFrame, writeFrame } from '../../../src/protocol/drachtio/frame.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('a frame', () => {
  it('is found where it was written, whatever is in it', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const stream = bytes(texts.map(writeFrame).join(''));
        let at = 0;
        for (const wanted of texts) {
          const found = findFrame(stream, at);
          if (typeof found === 'string') throw new Error(found);
          expect([...stream.slice(found.start, found.end)]).toEqual([...bytes(wanted)]);
          at = found.end;
        }
        expect(at).toBe(stream.length);
      }),
    );
  });

  it.each(['', '5', '12345', '5#hell'])('waits for more after %j', (text) => {
    expect(findFrame(bytes(text), 0)).toBe('more');
  });

  it.each(['a', '#x', '0#', '-1#x', '123456', '123456#', ' 5#hello'])('is not begun by %j', (text) => {
    expect(findFrame(bytes(text), 0)).toBe('malformed');
  });

  it('takes leading zeros', () => {
    expect(findFrame(bytes('005#hello'), 0)).toEqual({ start: 4, end: 9 });
  });
});

describe('a command', () => {
  it('carries its SIP text whole', () => {
    const text = 'OPTIONS sip:a|b SIP/2.0\r\nX: |\r\n\r\n';
    expect(parseCommand(`1|sip|t|d|sip:proxy\r\n${text}`)).toEqual({
      is: 'sip',
      id: '1',
      transactionId: 't',
      dialogId: 'd',
      routeUrl: 'sip:proxy',
      text,
    });
  });

  it.each([
    ['1', 'one field'],
    ['1|nonsense', 'unknown'],
    ['1|route', 'incomplete'],
    ['1|sip|t', 'incomplete'],
    ['1|ping', 'ping'],
    ['1|authenticate|s|a,b', 'authenticate'],
    ['1|remove_route|invite', 'remove_route'],
    ['1|proxy|t|remainInDialog', 'proxy'],
  ])('%s is %s', (frame, is) => {
    expect(parseCommand(frame)).toMatchObject({ is, id: '1' });
  });
});
