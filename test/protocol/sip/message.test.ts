import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Header, headerId, headerNames } from '../../../src/protocol/sip/header-names.ts';
import { handedOn, parse } from '../../../src/protocol/sip/message.ts';
import { writeAck, writeCancel, writeRequest, writeResponse } from '../../../src/protocol/sip/write.ts';

const word = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,20}$/);
const value = fc.stringMatching(/^[!-~\x80-\xff]([ -~\x80-\xff]{0,60}[!-~\x80-\xff])?$/);
const body = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 200,
});
const parts = fc.record({
  user: word,
  extra: fc.array(fc.tuple(word, value), { maxLength: 12 }),
  body,
  cseq: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});

function write({
  user,
  extra,
  body: content,
  cseq,
}: {
  user: string;
  extra: [string, string][];
  body: string;
  cseq: number;
}): string {
  return writeRequest({
    method: 'MESSAGE',
    uri: `sip:${user}@192.0.2.1`,
    via: 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx',
    branch: 'z9hG4bKx',
    routes: [],
    from: '<sip:a@192.0.2.2>;tag=1',
    to: '<sip:b@192.0.2.1>',
    callId: 'c',
    cseq,
    maxForwards: '70',
    contact: undefined,
    contentType: undefined,
    extra: extra.map(([name, text]) => `X-${name}: ${text}\r\n`).join(''),
    body: content,
  });
}

describe('a SIP message', () => {
  it('is read back as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(parts, (some) => {
        const text = write(some);
        const message = parse(text);
        expect(message?.fault).toBeUndefined();
        expect(message?.uri).toBe(`sip:${some.user}@192.0.2.1`);
        expect(message?.cseq?.number).toBe(some.cseq);
        expect(message?.body).toBe(some.body);
        const extra = message?.ids
          .map((_, i) => [message.nameAt(i), message.valueAt(i)])
          .filter(([n]) => n?.startsWith('X-'));
        expect(extra).toEqual(some.extra.map(([name, text]) => [`X-${name}`, text]));
        expect(message && handedOn(message)).toBe(text);
      }),
    );
  });

  it('never makes the reader throw, whatever arrives', () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.string({ maxLength: 8 }), (some, at, noise) => {
        const text = write(some);
        const cut = at % text.length;
        const message = parse(text.slice(0, cut) + noise + text.slice(cut));
        if (message !== undefined) parse(handedOn(message));
      }),
    );
  });

  it('finds a header by any spelling of its name (RFC 3261 §7.3.1, §7.3.3)', () => {
    const message = parse('OPTIONS sip:a SIP/2.0\r\nCALL-id : x\r\nF:<sip:a@b>;tag=1\r\nm: <sip:c>\r\n\r\n');
    expect(message?.callId).toBe('x');
    expect(message?.from?.params.get('tag')).toBe('1');
    expect(message?.get(Header.contact)).toBe('<sip:c>');
  });

  it('knows every header of its registry and no other', () => {
    for (const [id, name] of headerNames.entries()) {
      if (id === 0) continue;
      for (const text of [name, name.toLowerCase(), name.toUpperCase()])
        expect(headerId(text, 0, text.length)).toBe(id);
      expect(headerId(`${name}x`, 0, name.length + 1)).toBe(0);
    }
  });

  it('joins folded lines with one space (RFC 3261 §7.3.1)', () => {
    expect(parse('OPTIONS sip:a SIP/2.0\r\nSubject: one\r\n  two\r\n\tthree\r\n\r\n')?.get(Header.subject)).toBe(
      'one two three',
    );
  });
});

describe('a SIP message that is not as it should be', () => {
  it.each([
    ['a NUL', 'Subject: a\0b'],
    ['a lonely CR', 'Subject: a\rb'],
    ['a lonely LF', 'Subject: a\nX-Evil: 1'],
    ['an escape', 'Subject: a\x1b[2J'],
    ['no colon', 'Subject'],
    ['a blank name', ' : x'],
  ])('is at fault with %s in a header', (_, line) => {
    expect(parse(`OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\n${line}\r\n\r\n`)?.fault?.status ?? 'folded').not.toBe(
      undefined,
    );
    if (!line.startsWith(' ')) expect(parse(`OPTIONS sip:a SIP/2.0\r\n${line}\r\n\r\n`)?.fault?.status).toBe(400);
  });

  it('has a limit on its headers', () => {
    const many = 'X-A: 1\r\n'.repeat(101);
    expect(parse(`OPTIONS sip:a SIP/2.0\r\n${many}\r\n`)?.fault).toMatchObject({ status: 413, unsure: true });
    expect(parse(`OPTIONS sip:a SIP/2.0\r\n${many}\r\n`, { maxHeaders: 101 })?.fault).toBeUndefined();
  });

  it('is not trusted when two lengths differ', () => {
    const text = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\nl: 5\r\n\r\nabcde';
    expect(parse(text)?.fault).toMatchObject({ status: 400, unsure: true });
  });

  it('drops padding behind a UDP body (RFC 3261 §18.3)', () => {
    const message = parse('OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\r\n\r\nabcdef');
    expect(message?.body).toBe('abc');
    expect(message && handedOn(message).endsWith('\r\n\r\nabc')).toBe(true);
  });
});

describe('messages made from others', () => {
  const head = {
    method: 'INVITE',
    uri: 'sip:b@192.0.2.1',
    via: 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx',
    branch: 'z9hG4bKx',
    routes: ['<sip:p;lr>'],
    from: '<sip:a@192.0.2.2>;tag=1',
    to: '<sip:b@192.0.2.1>',
    callId: 'c',
    cseq: 7,
  };

  it('ACK for a refusal keeps branch and routes and takes the To of the answer (RFC 3261 §17.1.1.3)', () => {
    const ack = parse(writeAck(head, '<sip:b@192.0.2.1>;tag=2'));
    expect([ack?.method, ack?.cseq?.number, ack?.cseq?.method]).toEqual(['ACK', 7, 'ACK']);
    expect(ack?.via?.branch).toBe('z9hG4bKx');
    expect(ack?.get(Header.route)).toBe('<sip:p;lr>');
    expect(ack?.to?.params.get('tag')).toBe('2');
  });

  it('CANCEL equals the INVITE but for its method (RFC 3261 §9.1)', () => {
    const cancel = parse(writeCancel(head, 'Reason: SIP;cause=200\r\n'));
    expect([cancel?.uri, cancel?.get(Header.via), cancel?.get(Header.to)]).toEqual([head.uri, head.via, head.to]);
    expect(cancel?.get(Header.cseq)).toBe('7 CANCEL');
    expect(cancel?.get(Header.reason)).toBe('SIP;cause=200');
  });

  it('a response copies every Via in order and adds a tag where there is none (RFC 3261 §8.2.6.2)', () => {
    const lines = [
      'Via: SIP/2.0/UDP a;branch=1',
      'Via: SIP/2.0/UDP b;branch=2',
      'From: <sip:a@b>;tag=1',
      'To: <sip:c@d>',
    ];
    const request = parse(`OPTIONS sip:c@d SIP/2.0\r\n${lines.join('\r\n')}\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n`);
    if (request === undefined) throw new Error('not read');
    const said = { status: 200, reason: 'OK', toTag: 't', extra: '', body: '' };
    const answer = parse(writeResponse(request, 'SIP/2.0/UDP a;branch=1;rport=9', said));
    expect(answer?.all(Header.via)).toEqual(['SIP/2.0/UDP a;branch=1;rport=9', 'SIP/2.0/UDP b;branch=2']);
    expect(answer?.get(Header.to)).toBe('<sip:c@d>;tag=t');
  });
});
