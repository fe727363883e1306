import { describe, expect, it } from 'vitest';
import { readWav, type Sound, tone } from './audio.ts';
import { listenerFor } from './likeness.ts';

/** Looked at whenever so many samples more have come; the best of all looks. */
function bestOf(heard: Sound, played: Sound, step: number): number {
  const listen = listenerFor(played);
  let best = -1;
  for (let length = 0; length <= heard.samples.length; length += step) {
    const like = listen({ ...heard, samples: heard.samples.subarray(0, length) });
    best = Math.max(best, like?.correlation ?? -1);
  }
  return best;
}

describe('who listens for a sentence in a recording that grows', () => {
  it('finds it wherever it stands between two looks, and does not find another', async () => {
    const [sentence, other] = [
      await readWav('src/prompts/fr/pin.again.wav'),
      await readWav('src/prompts/fr/pin.choose.wav'),
    ];
    const { samplesPerSecond } = sentence;
    for (const at of [0.31, 1.017]) {
      const heard = tone(440, at + 2.5, samplesPerSecond, 3000);
      heard.samples.set(sentence.samples, Math.round(at * samplesPerSecond));
      expect(bestOf(heard, sentence, samplesPerSecond / 10)).toBeGreaterThan(0.99);
      expect(bestOf(heard, other, samplesPerSecond / 10)).toBeLessThan(0.6);
    }
  });
});
