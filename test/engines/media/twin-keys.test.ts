import { describe, expect, it } from 'vitest';
import { TwinKeys } from '../../../src/engines/media/twin-keys.ts';

describe('a key that is told in two ways', () => {
  it('is one key, whichever way comes first', () => {
    const twins = new TwinKeys();
    expect(twins.isTwin('5', 'RTP', 80, 1000)).toBe(false);
    expect(twins.isTwin('5', 'INBAND_AUDIO', 80, 1150)).toBe(true);
    expect(twins.isTwin('6', 'INBAND_AUDIO', 80, 2000)).toBe(false);
    expect(twins.isTwin('6', 'RTP', 80, 2150)).toBe(true);
  });

  it('stays two when it is pressed twice, though the ways overtake each other', () => {
    const twins = new TwinKeys();
    expect(twins.isTwin('5', 'RTP', 50, 1000)).toBe(false);
    expect(twins.isTwin('5', 'RTP', 50, 1100)).toBe(false);
    expect(twins.isTwin('5', 'INBAND_AUDIO', 50, 1150)).toBe(true);
    expect(twins.isTwin('5', 'INBAND_AUDIO', 50, 1250)).toBe(true);
  });

  it('is one when only the beginning of a long tone came through', () => {
    const twins = new TwinKeys();
    expect(twins.isTwin('5', 'INBAND_AUDIO', 45, 1000)).toBe(false);
    expect(twins.isTwin('5', 'RTP', 3000, 4000)).toBe(true);
  });

  it('is two when the second comes later than any tone is held back, and two are two', () => {
    const twins = new TwinKeys();
    expect(twins.isTwin('5', 'RTP', 80, 1000)).toBe(false);
    expect(twins.isTwin('5', 'INBAND_AUDIO', 80, 1700)).toBe(false);
    expect(twins.isTwin('6', 'RTP', 80, 1750)).toBe(false);
  });
});
