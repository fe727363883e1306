/**
 * How much later than the quickest packet do packets come? A histogram in steps of 5 ms that forgets slowly, in the
 * manner of NetEQ. The playout delay is chosen so that all but a few percent are there in time.
 */
const STEP_MS = 5;
const STEPS = 60;
const FORGET = 0.996;
/** The newest packet weighs that much more than the one before: the same as to make all others lighter, and cheaper. */
const GROW = 1 / FORGET;
const HEAVIEST = 1e12;
const SHARE = 0.975;
/** A packet's worth of forgetting the quickest one (half a millisecond a second), else clock drift would look like delay. */
const BASE_DRIFT_MS = 0.01;

export class DelayEstimate {
  private readonly shares = new Float64Array(STEPS);
  private weight = 1;
  private base = Number.NaN;

  /** @param transitMs arrival minus media time, both in ms, with any constant offset */
  add(transitMs: number): void {
    if (Number.isNaN(this.base)) this.base = transitMs;
    this.base = Math.min(this.base + BASE_DRIFT_MS, transitMs);
    const step = Math.min(STEPS - 1, Math.floor((transitMs - this.base) / STEP_MS));
    this.shares[step] = (this.shares[step] as number) + this.weight;
    this.weight *= GROW;
    if (this.weight > HEAVIEST) this.lighten();
  }

  /** The lateness that all but 2.5 % of packets keep below. */
  get latenessMs(): number {
    let total = 0;
    for (const share of this.shares) total += share;
    let sum = 0;
    for (let i = 0; i < STEPS; i += 1) {
      sum += this.shares[i] as number;
      if (sum >= total * SHARE) return (i + 1) * STEP_MS;
    }
    return 0;
  }

  private lighten(): void {
    const { shares } = this;
    for (let i = 0; i < STEPS; i += 1) shares[i] = (shares[i] as number) / this.weight;
    this.weight = 1;
  }

  reset(): void {
    this.shares.fill(0);
    this.weight = 1;
    this.base = Number.NaN;
  }
}
