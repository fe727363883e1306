import { describe, expect, it } from 'vitest';
import { speechLevel } from '../../../src/protocol/audio/speech-level.ts';

const rate = 8_000;

/** A tone of an amplitude, for so many seconds. */
function tone(amplitude: number, seconds: number): readonly number[] {
  return Array.from({ length: seconds * rate }, (_, at) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * 400 * at) / rate)),
  );
}

describe('the active speech level (ITU-T P.56)', () => {
  it('of a steady tone is its power: 3 dB below its peak', () => {
    const { activeDbov, activity } = speechLevel(Int16Array.from(tone(3276.8, 5)), rate);
    expect(activeDbov).toBeCloseTo(-23, 0);
    expect(activity).toBeGreaterThan(0.98);
  });

  it('does not fall when a long silence follows', () => {
    const speech = tone(3276.8, 5);
    const { activeDbov, activity } = speechLevel(Int16Array.from([...speech, ...tone(0, 15)]), rate);
    expect(activeDbov).toBeCloseTo(-23, 0);
    expect(activity).toBeCloseTo(0.26, 1);
  });

  it('does not count noise far below the speech', () => {
    const { activity } = speechLevel(Int16Array.from([...tone(3276.8, 5), ...tone(20, 15)]), rate);
    expect(activity).toBeCloseTo(0.26, 1);
  });

  it('of silence is -127 dBov', () => {
    expect(speechLevel(new Int16Array(rate), rate)).toEqual({ activeDbov: -127, activity: 0 });
    expect(speechLevel(new Int16Array(0), rate)).toEqual({ activeDbov: -127, activity: 0 });
  });
});
