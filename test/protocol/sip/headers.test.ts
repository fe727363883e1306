import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HeaderRefused,
  headerLine,
  headerValue,
  isSafeHeaderValue,
  quoted,
} from '../../../src/protocol/sip/header-value.ts';
import { parseCSeq, parseRAck } from '../../../src/protocol/sip/headers/cseq.ts';
import { splitList } from '../../../src/protocol/sip/headers/list.ts';
import { parseNameAddr, tagOf, uriOf, withTag } from '../../../src/protocol/sip/headers/name-addr.ts';
import { Params, parseParams, unquote } from '../../../src/protocol/sip/headers/params.ts';
import { parseSessionExpires, writeSessionExpires } from '../../../src/protocol/sip/headers/session-expires.ts';
import { parseVia, stampVia } from '../../../src/protocol/sip/headers/via.ts';
import { parseUri, writeUri } from '../../../src/protocol/sip/uri.ts';

describe('the choke point for header values', () => {
  it.each(['a\rb', 'a\nb', 'a\r\nP-Asserted-Identity: <sip:chief@town>', 'a\0', 'a\x1b[0m', 'a\x7f'])(
    'refuses %j',
    (text) => {
      expect(isSafeHeaderValue(text)).toBe(false);
      expect(() => headerValue('Subject', text)).toThrow(HeaderRefused);
    },
  );

  it('never lets a value become a second header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let line: string;
        try {
          line = headerLine('Subject', text);
        } catch (error) {
          expect(error).toBeInstanceOf(HeaderRefused);
          return;
        }
        expect(line.split(/[\r\n]+/)).toEqual([`Subject: ${text}`, '']);
      }),
    );
  });

  it('names the header and not the value when it refuses', () => {
    expect(() => headerValue('Subject', 'secret\n')).toThrow(/Subject/);
    expect(() => headerValue('Subject', 'secret\n')).not.toThrow(/secret/);
  });

  it.each(['a b', 'X:Y', '', 'x'.repeat(65), 'Sub\r\nject'])('refuses %j as a name', (name) => {
    expect(() => headerLine(name, 'x')).toThrow(HeaderRefused);
  });

  it('escapes quotes and backslashes in a display name (RFC 3261 §25.1)', () => {
    expect(quoted('say "hi" \\ bye')).toBe('"say \\"hi\\" \\\\ bye"');
    expect(unquote(quoted('say "hi" \\ bye'))).toBe('say "hi" \\ bye');
  });
});

describe('a SIP URI', () => {
  it('falls into its parts', () => {
    const uri = parseUri('sip:+33199001234;x=y@[2001:db8::1]:5070;transport=TCP;lr?Subject=a');
    expect(uri).toMatchObject({ user: '+33199001234;x=y', host: '[2001:db8::1]', port: 5070, headers: 'Subject=a' });
    expect([...(uri?.params ?? [])]).toEqual([
      ['transport', 'TCP'],
      ['lr', ''],
    ]);
  });

  it('is written back as it was read', () => {
    const user = fc.option(fc.stringMatching(/^[A-Za-z0-9+*_.-]{1,12}$/), { nil: undefined });
    const host = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z0-9]{1,5}){0,2}$/);
    const port = fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined });
    const params = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[A-Za-z0-9.]{0,8}$/));
    fc.assert(
      fc.property(fc.record({ user, host, port, params }), (some) => {
        const given = new Params(Object.entries(some.params).flat());
        const uri = { scheme: 'sip' as const, password: undefined, headers: undefined, ...some, params: given };
        expect(parseUri(writeUri(uri))).toEqual(uri);
      }),
    );
  });

  it.each([
    'sip:',
    'sip:a@',
    'sip:a b@c',
    'sip:a@b:0',
    'sip:a@b:70000',
    'sip:a@b;',
    'sip:@b',
    'sip:a@[::1',
    'tel:123',
    'sip:%zz@b',
    'sip:a@b\r\n',
  ])('refuses %j', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});

describe('an address in a header', () => {
  it.each([
    ['"A. \\"B\\" <C>" <sip:a@b;p=1>;tag=x', 'sip:a@b;p=1', 'x'],
    ['Anna Berg <sip:a@b>;TAG=x;y', 'sip:a@b', 'x'],
    ['sip:a@b;tag=x', 'sip:a@b', 'x'],
    ['<sip:a@b> ; tag = x', 'sip:a@b', 'x'],
    ['<sip:a@b;tag=no>', 'sip:a@b;tag=no', undefined],
    ['"tag=no" <sip:a@b>', 'sip:a@b', undefined],
  ])('%s', (value, uri, tag) => {
    expect([uriOf(value), tagOf(value)]).toEqual([uri, tag]);
    expect(parseNameAddr(value)?.uri).toBe(uri);
  });

  it.each([
    '"open <sip:a@b>',
    '< sip:a@b >',
    'Bell, A <sip:a@b>',
    '<sip:a@b',
    'sip:a@b?x=y',
    '<sip:a@b>x',
    '<sip:a@b>;;',
    '',
    '<>',
  ])('refuses %j', (value) => {
    expect(parseNameAddr(value)).toBeUndefined();
  });

  it('gets a tag once', () => {
    expect(withTag('<sip:a@b>', 't')).toBe('<sip:a@b>;tag=t');
    expect(withTag('<sip:a@b>;tag=u', 't')).toBe('<sip:a@b>;tag=u');
  });

  it('is one of a list where commas are not quoted', () => {
    expect(splitList('"a, b" <sip:c,d@e>, <sip:f@g>;x="1,2"')).toEqual(['"a, b" <sip:c,d@e>', '<sip:f@g>;x="1,2"']);
    expect(splitList('"open, <sip:a>')).toBeUndefined();
  });
});

describe('Via', () => {
  const stamp = (line: string, address: string, port: number): string => stampVia(line, parseVia(line), address, port);

  it('is stamped with where the packet came from, asked or not (RFC 3261 §18.2.1, RFC 3581 §4)', () => {
    expect(stamp('SIP/2.0/UDP pc.example.com;branch=1', '192.0.2.1', 5071)).toBe(
      'SIP/2.0/UDP pc.example.com;branch=1;received=192.0.2.1;rport=5071',
    );
    expect(stamp('SIP/2.0/UDP 192.0.2.1:5060;rport;branch=1', '192.0.2.1', 5060)).toBe(
      'SIP/2.0/UDP 192.0.2.1:5060;branch=1;rport=5060',
    );
  });

  it('does not believe a received that was sent along', () => {
    const stamped = parseVia(
      stamp('SIP/2.0/UDP a.example.com;received=203.0.113.9;rport=1;branch=b', '192.0.2.1', 5060),
    );
    expect([stamped?.params.get('received'), stamped?.params.get('rport'), stamped?.branch]).toEqual([
      '192.0.2.1',
      '5060',
      'b',
    ]);
  });

  it('leaves the second element of a line alone', () => {
    expect(stamp('SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2', '192.0.2.1', 5)).toBe(
      'SIP/2.0/UDP a;branch=1;received=192.0.2.1;rport=5, SIP/2.0/UDP b;branch=2',
    );
  });
});

describe('numbers', () => {
  it('CSeq stays below 2^32 (RFC 3261 §20.16)', () => {
    expect(parseCSeq('4294967295 INVITE')).toEqual({ number: 4294967295, method: 'INVITE' });
    expect(parseCSeq('4294967296 INVITE')).toBeUndefined();
    expect(parseCSeq('-1 INVITE')).toBeUndefined();
  });

  it('RAck names response, request and method (RFC 3262 §7.2)', () => {
    expect(parseRAck('776656 1 INVITE')).toEqual({ rseq: 776656, cseq: { number: 1, method: 'INVITE' } });
    expect(parseRAck('776656 INVITE')).toBeUndefined();
  });

  it('Session-Expires carries its refresher (RFC 4028 §4)', () => {
    expect(parseSessionExpires('1800;refresher=UAC')).toEqual({ seconds: 1800, refresher: 'uac' });
    expect(parseSessionExpires('1800;refresher=me')).toEqual({ seconds: 1800, refresher: undefined });
    expect(parseSessionExpires('soon')).toBeUndefined();
    expect(writeSessionExpires({ seconds: 90, refresher: 'uas' })).toBe('90;refresher=uas');
  });

  it('parameters keep quoted semicolons', () => {
    expect([...(parseParams(' ;a=1; b="x;y" ;c') ?? [])]).toEqual([
      ['a', '1'],
      ['b', '"x;y"'],
      ['c', ''],
    ]);
    expect(parseParams(';;')).toBeUndefined();
    expect(parseParams('x')).toBeUndefined();
  });
});
