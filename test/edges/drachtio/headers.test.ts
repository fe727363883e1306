import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diversion } from '../../../src/domain/call.ts';
import { readDiversions, writeDiversion, writeHistory } from '../../../src/edges/drachtio/diversion.ts';
import { towardsLine, towardsTrunk } from '../../../src/edges/drachtio/headers.ts';
import { person, q850Of, userOf } from '../../../src/edges/drachtio/read.ts';
import { sendRequest } from '../../../src/edges/drachtio/wire.ts';
import { parseNameAddr } from '../../../src/protocol/sip/headers/name-addr.ts';

const uri = (number: string): string => `sip:${number}@town.example`;
const reasons = ['unconditional', 'user-busy', 'no-answer', 'deflection', 'unavailable', 'unknown'] as const;
const diversion: fc.Arbitrary<Diversion> = fc.record({
  by: fc.stringMatching(/^\+?\d{3,12}$/),
  reason: fc.constantFrom(...reasons),
  counter: fc.integer({ min: 1, max: 100 }),
});

describe('diversions', () => {
  it('are read back from Diversion as they were written (RFC 5806)', () => {
    fc.assert(
      fc.property(fc.array(diversion, { maxLength: 6 }), (told) => {
        expect(readDiversions(writeDiversion(told, uri), undefined)).toEqual(told);
      }),
    );
  });

  it('are read back from History-Info, but for their counters (RFC 7044, RFC 7544)', () => {
    fc.assert(
      fc.property(fc.array(diversion, { minLength: 1, maxLength: 6 }), (told) => {
        const expected = told.map((one) => ({ ...one, counter: 1 }));
        expect(readDiversions(undefined, writeHistory(told, '4999', uri))).toEqual(expected);
      }),
    );
  });

  it('are written oldest first in History-Info, each one index deeper', () => {
    const told = [
      { by: '4102', reason: 'no-answer', counter: 1 },
      { by: '4101', reason: 'user-busy', counter: 1 },
    ] as const;
    expect(writeHistory(told, '4103', uri)).toBe(
      '<sip:4101@town.example>;index=1, <sip:4102@town.example;cause=486>;index=1.1;mp=1, ' +
        '<sip:4103@town.example;cause=408>;index=1.1.1;mp=1.1',
    );
  });

  it('that make no sense are none', () => {
    expect(readDiversions('"open <sip:1@a>', '<<>>;index=')).toEqual([]);
  });
});

describe('a name in a header', () => {
  it('is quoted so that it stays one name, or left out when it holds a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const written = String(towardsLine({ number: '4101', name, withheld: false }, 'town.example')['From']);
        expect(written).not.toMatch(/[\r\n\0]/);
        const read = parseNameAddr(written);
        expect(read?.uri).toBe('sip:4101@town.example');
        const safe = [...name].every((one) => one === '\t' || (one >= ' ' && one !== '\x7f'));
        expect(person(written)?.name ?? '').toBe(safe ? name : '');
      }),
    );
  });

  it('is not told when the number is withheld', () => {
    const headers = towardsLine({ number: '4101', name: 'Awa', withheld: true }, 'town.example');
    expect(headers).toEqual({ From: '"Anonymous" <sip:anonymous@anonymous.invalid>', Privacy: 'id' });
  });
});

describe('a header of a trunk', () => {
  const leaving = {
    called: '+33639980123',
    shows: { number: '+33199004101', withheld: false },
    asserted: '+33199004101',
    diversions: [{ by: '4102', reason: 'no-answer', counter: 1 }],
  } as const;

  it.each([
    ['none', false, false],
    ['diversion', true, false],
    ['history-info', false, true],
    ['both', true, true],
  ] as const)('tells of diversions as the trunk wants it: %s', (wanted, isDiversion, isHistory) => {
    const headers = towardsTrunk(leaving, { diversion: wanted }, 'town.example');
    expect(['Diversion' in headers, 'History-Info' in headers]).toEqual([isDiversion, isHistory]);
  });
});

describe('the choke point', () => {
  it('lets nothing with a line end into a request, whatever the header', () => {
    const sent: unknown[] = [];
    const failed: Error[] = [];
    const srf = { request: (...given: unknown[]) => void sent.push(given) } as never;
    const reactions = { failed: (error: Error) => void failed.push(error) };
    for (const value of ['a\r\nX-Evil: 1', 'a\nb', 'a\0b', 'a\x1bb']) {
      sendRequest(srf, { method: 'INVITE', uri: 'sip:a@b', headers: { Subject: value } }, reactions);
      sendRequest(srf, { method: 'INVITE', uri: 'sip:a@b', headers: { Contact: ['ok', value] } }, reactions);
      sendRequest(srf, { method: 'INVITE', uri: `sip:${value}@b`, headers: {} }, reactions);
      sendRequest(srf, { method: 'INVITE', uri: 'sip:a@b', proxy: `sip:${value}`, headers: {} }, reactions);
      sendRequest(srf, { method: 'INVITE', uri: 'sip:a@b', headers: { [value]: 'x' } }, reactions);
    }
    expect([sent.length, failed.length]).toEqual([0, 20]);
  });

  it('lets no bar into the next hop, which would break the admin wire', () => {
    const failed: Error[] = [];
    const reactions = { failed: (error: Error) => void failed.push(error) };
    sendRequest({} as never, { method: 'INVITE', uri: 'sip:a@b', proxy: 'sip:a|b', headers: {} }, reactions);
    expect(failed).toHaveLength(1);
  });
});

describe('reading', () => {
  it.each([
    ['sip:+33199004101;npdi@host;user=phone', '+33199004101'],
    ['tel:+33199004101;phone-context=x', '+33199004101'],
    ['sip:%2A21%23@host', '*21#'],
    ['sip:host', ''],
    ['mailto:a@b', undefined],
  ])('the user of %s is %s', (text, user) => {
    expect(userOf(text)).toBe(user);
  });

  it.each([
    ['Q.850;cause=17;text="busy"', 17],
    ['SIP;cause=200;text="elsewhere", Q.850 ;cause=16', 16],
    ['SIP;cause=486', undefined],
    ['Q.850;cause=999', undefined],
  ])('the cause in %s is %s', (text, cause) => {
    expect(q850Of(text)).toBe(cause);
  });
});
