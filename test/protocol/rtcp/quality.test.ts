import { describe, expect, it } from 'vitest';
import { G711_QUALITY, opinionScore, ratingFactor } from '../../../src/protocol/rtcp/quality.ts';

const score = (delayMs: number, loss: number) => opinionScore(ratingFactor({ delayMs, loss, codec: G711_QUALITY }));

describe('the E-model (ITU-T G.107)', () => {
  it('gives 93.2 and 4.41 when nothing is wrong', () => {
    expect(ratingFactor({ delayMs: 0, loss: 0, codec: G711_QUALITY })).toBeCloseTo(93.2, 5);
    expect(score(0, 0)).toBeCloseTo(4.41, 2);
  });

  it.each([
    [150, 93.0],
    [200, 90.2],
    [400, 69.1],
  ])('rates %d ms of delay without echo at R = %d (§7.28)', (delayMs, rating) => {
    expect(ratingFactor({ delayMs, loss: 0, codec: G711_QUALITY })).toBeCloseTo(rating, 1);
  });

  it('rates random loss of G.711 with concealment: 5 % costs some 16 of R', () => {
    expect(93.2 - ratingFactor({ delayMs: 0, loss: 0.05, codec: G711_QUALITY })).toBeCloseTo(15.8, 0);
  });

  it('falls with loss and with delay, and stays between 1 and 4.5', () => {
    const byLoss = [0, 0.01, 0.05, 0.2, 0.6, 1].map((loss) => score(50, loss));
    const byDelay = [0, 100, 200, 400, 800, 5000].map((delay) => score(delay, 0));
    for (const scores of [byLoss, byDelay]) {
      expect([...scores].sort((a, b) => b - a)).toEqual(scores);
      for (const one of scores) expect(one >= 1 && one <= 4.5).toBe(true);
    }
    expect(score(Number.POSITIVE_INFINITY, 1)).toBe(1);
  });
});
