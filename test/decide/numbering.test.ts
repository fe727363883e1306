import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receivedE164 } from '../../src/decide/caller-number.ts';
import { behindClir } from '../../src/decide/clir.ts';
import { emergencyNumber } from '../../src/decide/emergency.ts';
import { asRead, asWritten, classify, isShort, toE164 } from '../../src/decide/numbering.ts';
import { numberingFr as plan } from '../../src/decide/numbering-fr.ts';
import type { E164 } from '../../src/domain/numbers.ts';

describe('classes of French numbers', () => {
  it.each([
    ['0145678901', 'national', 'geographic'],
    ['0561234567', 'national', 'geographic'],
    ['0612345678', 'mobile', 'mobile'],
    ['0712345678', 'mobile', 'mobile'],
    ['07001234567890', 'mobile', 'machine (14 digits)'],
    ['0912345678', 'national', 'not geographic'],
    ['0162123456', 'national', 'verified number of an automatic caller'],
    ['0270123456', 'national', 'verified number of an automatic caller'],
    ['0378123456', 'national', 'verified number of an automatic caller'],
    ['0425123456', 'national', 'verified number of an automatic caller'],
    ['0568123456', 'national', 'verified number of an automatic caller'],
    ['0949123456', 'national', 'verified number of an automatic caller'],
    ['0947512345', 'national', 'verified number of an automatic caller'],
    ['0938123456', 'national', 'platform'],
    ['0800123456', 'free', 'free special number'],
    ['0805123456', 'free', 'free special number'],
    ['0806123456', 'national', 'special number at the price of a call'],
    ['0809123456', 'national', 'special number at the price of a call'],
    ['0810123456', 'premium', 'surcharged special number'],
    ['0825123456', 'premium', 'surcharged special number'],
    ['0899123456', 'premium', 'surcharged special number'],
    ['0836123456', 'premium', 'surcharged special number'],
    ['116111', 'free', 'harmonised service of social value'],
    ['116000', 'emergency', 'emergency'],
    ['116117', 'emergency', 'emergency'],
    ['118218', 'premium', 'directory enquiries'],
    ['1013', 'national', 'operator assistance'],
    ['3114', 'free', 'free short number'],
    ['3020', 'free', 'free short number'],
    ['3919', 'free', 'free short number by exception'],
    ['3000', 'free', 'free short number'],
    ['3008', 'free', 'free service of the operator'],
    ['3169', 'free', 'free short number'],
    ['3170', 'premium', 'surcharged short number'],
    ['3179', 'free', 'free service of the operator'],
    ['3199', 'free', 'free short number'],
    ['3238', 'national', 'short number at the price of a call'],
    ['3949', 'national', 'short number at the price of a call'],
    ['3250', 'premium', 'surcharged short number'],
    ['+4915112345678', 'international', 'abroad'],
    ['0014155550123', 'international', 'abroad'],
    ['+8816123456789', 'premium', 'satellite or premium rate abroad'],
    ['+33145678901', 'national', 'geographic'],
  ] as const)('%s is %s: %s', (digits, reach, what) => {
    expect(classify(digits, plan)).toMatchObject({ reach, what });
  });
});

describe('emergency numbers, and what is no number', () => {
  it.each(['15', '17', '18', '112', '114', '115', '119', '191', '196', '197', '116000', '116117'])(
    '%s is an emergency number, also with +33 in front',
    (digits) => {
      expect(classify(digits, plan)).toEqual({ number: { short: digits }, reach: 'emergency', what: 'emergency' });
      expect(classify(`+33${digits}`, plan)).toMatchObject({ number: { short: digits }, reach: 'emergency' });
    },
  );

  it.each([
    '',
    '0',
    '014567890',
    '01456789012',
    '4101',
    '16',
    '911',
    '00',
    '+',
    '+33',
    '+330145678901',
    '0000000000',
    '118',
    '1x',
  ])('"%s" is no number of the public network', (digits) => {
    expect(classify(digits, plan)).toBeUndefined();
  });
});

describe('local and short numbers', () => {
  it('is local where the site says so, and only for what would be national', () => {
    expect(classify('0353010203', plan, ['+33353'])).toMatchObject({ reach: 'local' });
    expect(classify('0145678901', plan, ['+33353'])).toMatchObject({ reach: 'national' });
    expect(classify('0612345678', plan, ['+336'])).toMatchObject({ reach: 'mobile' });
    expect(classify('0899123456', plan, ['+33'])).toMatchObject({ reach: 'premium' });
  });

  it('gives short numbers no E.164 form', () => {
    for (const digits of ['15', '3949', '116111', '118218', '1013']) {
      expect(toE164(digits, plan)).toBeUndefined();
      expect(classify(digits, plan)?.number).toEqual({ short: digits });
      expect(isShort(digits, plan)).toBe(true);
    }
    expect(isShort('0145678901', plan)).toBe(false);
  });
});

describe('national, 00 and + forms', () => {
  it.each([
    ['0145678901', '+33145678901'],
    ['0033145678901', '+33145678901'],
    ['+33145678901', '+33145678901'],
    ['004915112345678', '+4915112345678'],
    ['07001234567890', '+337001234567890'],
  ])('%s is %s', (digits, e164) => {
    expect(toE164(digits, plan)).toBe(e164);
  });

  it.each([
    ['0262123456', '+262262123456'],
    ['0263123456', '+262263123456'],
    ['0269123456', '+262269123456'],
    ['0692123456', '+262692123456'],
    ['0693123456', '+262693123456'],
    ['0639123456', '+262639123456'],
    ['0590123456', '+590590123456'],
    ['0690123456', '+590690123456'],
    ['0691123456', '+590691123456'],
    ['0594123456', '+594594123456'],
    ['0694123456', '+594694123456'],
    ['0596123456', '+596596123456'],
    ['0696123456', '+596696123456'],
    ['0697123456', '+596697123456'],
    ['0947512345', '+590947512345'],
    ['0947612345', '+594947612345'],
    ['0947712345', '+596947712345'],
    ['0947812345', '+262947812345'],
    ['0947912345', '+262947912345'],
  ])('%s is overseas, not metropolitan: %s', (digits, e164) => {
    expect(toE164(digits, plan)).toBe(e164);
    expect(toE164(`+33${digits.slice(1)}`, plan)).toBe(e164);
    expect(asWritten(e164 as E164, 'national', plan)).toBe(digits);
  });
});

describe('numbers as trunks and people write them', () => {
  it('leaves the mobile numbers of fiction in metropolitan France', () => {
    expect(toE164('0639980001', plan)).toBe('+33639980001');
  });

  it('takes the five digits of porting off', () => {
    expect(toE164('+3310200123456789', plan)).toBe('+33123456789');
    expect(receivedE164('3310200123456789', 'e164', plan)).toBe('+33123456789');
  });

  it('reads a number without + as the trunk writes numbers', () => {
    expect(receivedE164('33199004101', 'e164', plan)).toBe('+33199004101');
    expect(receivedE164('0199004101', 'e164', plan)).toBe('+33199004101');
    expect(receivedE164('0199004101', 'national', plan)).toBe('+33199004101');
    expect(receivedE164('33199004101', 'national', plan)).toBeUndefined();
    expect(receivedE164('4101', 'e164', plan)).toBeUndefined();
  });

  it('is shown to people in national form, and with + when foreign', () => {
    expect(asRead('+33199004101' as E164, plan)).toBe('0199004101');
    expect(asRead('+4915112345678' as E164, plan)).toBe('+4915112345678');
    expect(asRead('+262692123456' as E164, plan)).toBe('0692123456');
    expect(asWritten('+4915112345678' as E164, 'national', plan)).toBe('004915112345678');
  });

  it('reading what was written gives the number back, in every format', () => {
    const french = fc.integer({ min: 100_000_000, max: 999_999_999 }).map((digits) => `+33${digits}`);
    const foreign = fc
      .tuple(
        fc.constantFrom('1', '32', '44', '49', '262', '377', '590', '594', '596', '687'),
        fc.integer({ min: 1_000_000 }),
      )
      .map(([code, digits]) => `+${code}${digits}`);
    fc.assert(
      fc.property(fc.oneof(french, foreign), (text) => {
        const number = toE164(text, plan);
        fc.pre(number !== undefined);
        for (const format of ['e164', 'national'] as const)
          expect(toE164(asWritten(number, format, plan), plan)).toBe(number);
        expect(toE164(asRead(number, plan), plan)).toBe(number);
      }),
      { numRuns: 500 },
    );
  });
});

describe('prefixes that withhold the caller’s number', () => {
  it.each([
    ['36510145678901', '0145678901'],
    ['3651+33145678901', '+33145678901'],
    ['*31*0145678901', '0145678901'],
    ['*31#0145678901', '0145678901'],
    ['#31#0145678901', '0145678901'],
    ['#31#4101', '4101'],
    ['3651112', '112'],
  ])('%s dials %s', (digits, rest) => {
    expect(behindClir(digits, plan)).toBe(rest);
  });

  it.each(['3651', '*31#', '#31#', '36514101', '*310145678901', '0145678901'])('%s has none', (digits) => {
    expect(behindClir(digits, plan)).toBeUndefined();
  });
});

describe('emergency numbers as dialled', () => {
  it.each([
    '15',
    '015',
    '112',
    '0112',
    '116117',
    '0116117',
    '+33112',
    '#31#112',
    '3651112',
    '0365115',
    '03651112',
    '*31*018',
  ])('%s reaches help where the outside prefix is 0', (digits) => {
    expect(emergencyNumber(digits, '0', plan)).toMatch(/^(15|18|112|116117)$/);
  });

  it.each(['0112345678', '1', '1123', '11', '0015', '150', '4115', '0199004101'])(
    '%s does not: exact strings only',
    (digits) => {
      expect(emergencyNumber(digits, '0', plan)).toBeUndefined();
    },
  );

  it('knows no other prefix than the site’s own', () => {
    expect(emergencyNumber('015', '', plan)).toBeUndefined();
    expect(emergencyNumber('9112', '9', plan)).toBe('112');
  });
});
