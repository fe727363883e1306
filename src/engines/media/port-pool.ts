/** An even port for RTP; RTCP has the one above (RFC 3550 §11). */
export type RtpPort = number;

export interface PortPoolOptions {
  readonly from: number;
  readonly to: number;
  readonly restMs: number;
  readonly chance: () => number;
}

/**
 * Hands out RTP ports in random order. A port that comes back rests before it is given again, so that a stray packet
 * of the last call is not heard in the next; only when all others are taken is the one used that rested longest.
 */
export class PortPool {
  /** How often a port had to be given out before its rest was over. */
  givenEarly = 0;
  readonly #options: PortPoolOptions;
  readonly #free: RtpPort[] = [];
  readonly #resting: { readonly port: RtpPort; readonly until: number }[] = [];

  constructor(options: PortPoolOptions) {
    this.#options = options;
    for (let port = options.from + (options.from & 1); port + 1 <= options.to; port += 2) this.#free.push(port);
  }

  /** Undefined when every port is taken. @param at monotonic ms */
  take(at: number): RtpPort | undefined {
    while (this.#resting[0] !== undefined && this.#resting[0].until <= at) this.#free.push(this.#shiftResting());
    if (this.#free.length === 0) return this.#takeEarly();
    const index = Math.floor(this.#options.chance() * this.#free.length);
    const last = this.#free.pop();
    const port = this.#free[index] ?? last;
    if (last !== undefined && index < this.#free.length) this.#free[index] = last;
    return port;
  }

  giveBack(port: RtpPort, at: number): void {
    this.#resting.push({ port, until: at + this.#options.restMs });
  }

  #takeEarly(): RtpPort | undefined {
    if (this.#resting.length === 0) return undefined;
    this.givenEarly += 1;
    return this.#shiftResting();
  }

  #shiftResting(): RtpPort {
    return this.#resting.shift()?.port ?? 0;
  }
}
