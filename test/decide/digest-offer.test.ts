import { describe, expect, it } from 'vitest';
import { algorithmsOffered } from '../../src/decide/digest-offer.ts';
import { Exchange } from '../../src/domain/exchange.ts';

const { digest } = Exchange.parse({ name: 'X', realm: 'x.example', extensions: { digits: 4, didPrefix: '+3319900' } });

describe('a phone is challenged', () => {
  it.each([
    undefined,
    '',
    'Linphonec/5.1.65',
    'Twinkle/1.10.2',
    'baresip v3.11.0 (x86_64/Linux)',
    'not baresip v1.0.0',
  ])('with SHA-256 before MD5 when it calls itself %j', (userAgent) => {
    expect(algorithmsOffered(userAgent, digest)).toEqual(['SHA-256', 'MD5']);
  });

  it.each(['baresip v1.0.0 (x86_64/linux)', 'baresip v2.20.0 (x86_64/Linux)', 'baresip v3.10.1 (x86_64/Linux)'])(
    'with MD5 alone when it is one that stops at anything else: %s',
    (userAgent) => {
      expect(algorithmsOffered(userAgent, digest)).toEqual(['MD5']);
    },
  );

  it('with MD5 alone when the operator knows that it stops at anything else', () => {
    const known = { ...digest, onlyMd5For: ['OldDesk 3'] };
    expect(algorithmsOffered('OldDesk 300 v1', known)).toEqual(['MD5']);
    expect(algorithmsOffered('OldDesk 4', known)).toEqual(['SHA-256', 'MD5']);
  });

  it('with what the operator insists on, whoever it is', () => {
    const strict = { ...digest, algorithms: ['SHA-256'] as const };
    expect(algorithmsOffered('baresip v1.0.0 (x86_64/linux)', strict)).toEqual(['SHA-256']);
  });
});
