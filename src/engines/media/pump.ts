import { monotonicMs } from './clock.ts';
import { FRAME_MS } from './codec-kit.ts';

/** How late the pump was. */
export interface PumpFigures {
  readonly frames: number;
  /** Frames left out because the process stood still for too long. */
  readonly skipped: number;
  readonly latenessP50Ms: number;
  readonly latenessP99Ms: number;
  readonly latenessMaxMs: number;
}

/** A process that stood still for longer than this starts its schedule anew: nobody wants old sound in a burst. */
const MAX_CATCH_UP = 10;
const STEP_MS = 0.25;
const STEPS = 400;

/**
 * The one heart of the engine: a frame every 20 ms by an absolute schedule. When a turn comes late the next one is
 * not late as well, and frames that were missed are caught up with at once, so that no stream drifts. It beats only while
 * somebody needs it: an engine without calls sleeps.
 */
export class Pump {
  readonly #frame: (at: number) => void;
  #startedAt = 0;
  /** Frames since it was started; all of them. */
  #done = 0;
  #frames = 0;
  #skipped = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #lateness = new Uint32Array(STEPS + 1);
  #maxLatenessMs = 0;

  /** @param frame one frame of everything. It must not throw. */
  constructor(frame: (at: number) => void) {
    this.#frame = frame;
  }

  /** Does nothing while it runs. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#startedAt = monotonicMs();
    this.#done = 0;
    this.#plan();
  }

  /** May be called from within a frame. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  figures(): PumpFigures {
    return {
      frames: this.#frames,
      skipped: this.#skipped,
      latenessP50Ms: this.#quantile(0.5),
      latenessP99Ms: this.#quantile(0.99),
      latenessMaxMs: this.#maxLatenessMs,
    };
  }

  #plan(): void {
    const due = this.#startedAt + (this.#done + 1) * FRAME_MS;
    // Timers know whole milliseconds: one that rings too early would have to be set a second time.
    this.#timer = setTimeout(() => this.#turn(), Math.max(0, Math.ceil(due - monotonicMs())));
  }

  #turn(): void {
    const due = Math.floor((monotonicMs() - this.#startedAt) / FRAME_MS);
    if (due - this.#done > MAX_CATCH_UP) {
      this.#skipped += due - this.#done - MAX_CATCH_UP;
      this.#done = due - MAX_CATCH_UP;
    }
    while (this.#done < due && this.#timer !== undefined) {
      this.#done += 1;
      this.#frames += 1;
      this.#measure(monotonicMs() - (this.#startedAt + this.#done * FRAME_MS));
      this.#frame(this.#startedAt + this.#done * FRAME_MS);
    }
    if (this.#timer !== undefined) this.#plan();
  }

  #measure(latenessMs: number): void {
    const step = Math.min(STEPS, Math.floor(Math.max(0, latenessMs) / STEP_MS));
    this.#lateness[step] = (this.#lateness[step] as number) + 1;
    this.#maxLatenessMs = Math.max(this.#maxLatenessMs, latenessMs);
  }

  #quantile(share: number): number {
    const total = this.#lateness.reduce((sum, count) => sum + count, 0);
    let sum = 0;
    for (let step = 0; step <= STEPS; step += 1) {
      sum += this.#lateness[step] as number;
      if (total > 0 && sum >= total * share) return (step + 1) * STEP_MS;
    }
    return 0;
  }
}
