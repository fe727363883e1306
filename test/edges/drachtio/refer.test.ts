import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialogIds, progressOf, readRefer } from '../../../src/edges/drachtio/refer.ts';

const read = (value: string) => readRefer({ header: (name) => (name === 'refer-to' ? value : undefined) });

describe('a REFER', () => {
  it.each([
    ['<sip:4103@telephonie.example>', { to: '4103' }],
    ['sip:4103@telephonie.example', { to: '4103' }],
    ['"Chloé" <sip:%2B33639980001@telephonie.example;user=phone>', { to: '+33639980001' }],
    ['<tel:+33-6-39-98-00-01>', { to: '+33-6-39-98-00-01' }],
    ['<sip:4103@telephonie.example;method=INVITE>', { to: '4103' }],
    [
      '<sip:4103@telephonie.example?Replaces=a84b%40host%3Bto-tag%3Dt1%3Bfrom-tag%3Df1&Require=replaces>',
      { to: '4103', replaces: { callId: 'a84b@host', toTag: 't1', fromTag: 'f1' } },
    ],
    [
      '<sip:4103@telephonie.example?replaces=a84b@host;from-tag=f1;to-tag=t1>',
      { to: '4103', replaces: { callId: 'a84b@host', toTag: 't1', fromTag: 'f1' } },
    ],
  ])('to %s is understood', (value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  it.each([
    ['another method', '<sip:4103@telephonie.example;method=BYE>'],
    ['a page', '<https://telephonie.example/4103>'],
    ['nobody', '<sip:telephonie.example>'],
    ['a dialog without tags', '<sip:4103@telephonie.example?Replaces=a84b>'],
    ['more than a line', `<sip:${'4'.repeat(2_000)}@telephonie.example>`],
  ])('to %s asks for nothing we could do', (_what, value) => {
    expect(read(value)).toBeUndefined();
  });

  it('of any text is read without a throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `<sip:${text}?Replaces=${text}>`),
        ),
        (text) => {
          read(text);
        },
      ),
    );
  });

  it('names a dialog that either end may have begun', () => {
    expect(dialogIds({ callId: 'a', toTag: 't', fromTag: 'f' })).toEqual(['a;from-tag=f', 'a;from-tag=t']);
  });

  it('is told of by fragments: active until the final one, with an id from the second on (RFC 3515 §2.4.6)', () => {
    const ringing = progressOf(180, undefined);
    expect([ringing.body, ringing.headers['Event']]).toEqual(['SIP/2.0 180 Ringing\r\n', 'refer']);
    expect(ringing.headers['Subscription-State']).toMatch(/^active;expires=\d+$/);
    expect(progressOf(486, '3').headers).toMatchObject({
      Event: 'refer;id=3',
      'Subscription-State': 'terminated;reason=noresource',
    });
  });
});
