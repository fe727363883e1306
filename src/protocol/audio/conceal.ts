/**
 * Waveform packet-loss concealment in the manner of ITU-T G.711 Appendix I: the last pitch period is repeated, joined by
 * overlapping, and fades out; when packets come again the made-up sound is faded into the real one. No delay is added.
 */
export class Concealer {
  private readonly history: Int16Array;
  private readonly longestPitch: number;
  private readonly shortestPitch: number;
  private readonly fadeOutSamples: number;
  private readonly joint: number;
  private readonly period: Float32Array;
  private pitch = 0;
  private at = 0;
  private lost = 0;

  /** @param sampleRate 8000 or 16000 */
  constructor(sampleRate: number) {
    const perMs = sampleRate / 1000;
    this.longestPitch = 15 * perMs;
    this.shortestPitch = 5 * perMs;
    this.fadeOutSamples = 60 * perMs;
    this.joint = 3 * perMs;
    this.history = new Int16Array(3 * this.longestPitch + this.joint);
    this.period = new Float32Array(this.longestPitch);
  }

  /** How many samples in a row have been made up. */
  get lostSamples(): number {
    return this.lost;
  }

  /** A block that did arrive. After a loss its beginning is changed in place: it is faded in over what was made up. */
  good(samples: Int16Array, count: number): void {
    if (this.lost > 0) this.rejoin(samples, count);
    this.lost = 0;
    this.remember(samples, count);
  }

  /** Something was left out before the next block, which is faded in over what would have followed. */
  skipped(): void {
    if (this.lost > 0) return;
    this.findPeriod();
    this.lost = 1;
  }

  /** A block that did not arrive: fills `samples` with a guess. */
  conceal(samples: Int16Array, count: number): void {
    if (this.lost === 0) this.findPeriod();
    for (let i = 0; i < count; i += 1) {
      samples[i] = Math.round(this.nextGuess() * this.loudness());
      this.lost += 1;
    }
    this.remember(samples, count);
  }

  /** First 10 ms at full level, then 20 % less every 10 ms, silent after 60 ms (Appendix I §I.2.7). */
  private loudness(): number {
    const sixth = this.fadeOutSamples / 6;
    return this.lost <= sixth ? 1 : Math.max(0, 1 - (this.lost - sixth) / (this.fadeOutSamples - sixth));
  }

  private nextGuess(): number {
    const guess = this.period[this.at] as number;
    this.at = this.at + 1 >= this.pitch ? 0 : this.at + 1;
    return guess;
  }

  private rejoin(samples: Int16Array, count: number): void {
    const length = Math.min(count, this.joint + Math.min(this.lost >> 2, 2 * this.joint));
    for (let i = 0; i < length; i += 1) {
      const share = (i + 1) / (length + 1);
      const guess = this.nextGuess() * this.loudness();
      this.lost += 1;
      samples[i] = Math.round((samples[i] as number) * share + guess * (1 - share));
    }
  }

  /** One pitch period out of the history, its end overlapped with what came before its beginning so that it can repeat. */
  private findPeriod(): void {
    const { history, period, joint } = this;
    const pitch = this.bestPitch();
    const start = history.length - pitch;
    for (let i = 0; i < pitch; i += 1) period[i] = history[start + i] as number;
    const overlap = Math.min(joint, pitch >> 2);
    for (let i = 0; i < overlap; i += 1) {
      const share = (i + 1) / (overlap + 1);
      const end = pitch - overlap + i;
      period[end] = (period[end] as number) * (1 - share) + (history[start - overlap + i] as number) * share;
    }
    this.pitch = pitch;
    this.at = 0;
  }

  /** The lag of the greatest normalised correlation of the last 20 ms; searched in steps of two, then refined. */
  private bestPitch(): number {
    const step = 2;
    let best = this.longestPitch;
    let bestScore = -1;
    for (let lag = this.shortestPitch; lag <= this.longestPitch; lag += step) {
      const score = this.likeness(lag, step);
      if (score > bestScore) [best, bestScore] = [lag, score];
    }
    bestScore = -1;
    let refined = best;
    for (let lag = best - 1; lag <= best + 1; lag += 1) {
      if (lag > this.longestPitch) continue;
      const score = this.likeness(lag, 1);
      if (score > bestScore) [refined, bestScore] = [lag, score];
    }
    return refined;
  }

  private likeness(lag: number, step: number): number {
    const { history } = this;
    const from = history.length - this.longestPitch - (this.longestPitch >> 1);
    let product = 0;
    let energy = 1;
    for (let i = from; i < history.length; i += step) {
      const earlier = history[i - lag] as number;
      product += (history[i] as number) * earlier;
      energy += earlier * earlier;
    }
    return product <= 0 ? 0 : (product * product) / energy;
  }

  private remember(samples: Int16Array, count: number): void {
    const { history } = this;
    const taken = Math.min(count, history.length);
    history.copyWithin(0, taken);
    const newest = taken === samples.length ? samples : samples.subarray(count - taken, count);
    history.set(newest, history.length - taken);
  }
}
