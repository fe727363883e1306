import { describe, expect, it } from 'vitest';
import { Nonces } from '../../../src/edges/drachtio/nonces.ts';

const minute = 60_000;

describe('a nonce whose counts were forgotten', () => {
  it('is not taken for a new one when a reload lets nonces live longer', () => {
    const nonces = new Nonces();
    const nonce = nonces.fresh(minute);
    const later = nonces.fresh(2 * minute);
    nonces.keep(nonce, { issuedAt: minute, highest: 1, seen: 1 });
    nonces.sweep(60, 3 * minute);
    expect(nonces.find(nonce)).toBeUndefined();
    expect(nonces.find(later)).toMatchObject({ issuedAt: 2 * minute, highest: 0 });
  });
});
