/**
 * One clock for all transactions: a hashed wheel instead of a setTimeout each. Arming and stopping are O(1) and
 * allocate nothing; a timer fires up to one tick late, never early.
 */

/** Milliseconds of a clock that never goes back. */
export type Now = () => number;

export class Timer {
  readonly fire: () => void;
  due = 0;
  slot = -1;
  before: Timer | undefined;
  after: Timer | undefined;

  constructor(fire: () => void) {
    this.fire = fire;
  }

  get armed(): boolean {
    return this.slot >= 0;
  }
}

const slotCount = 4096;

export class TimerWheel {
  readonly #slots: (Timer | undefined)[] = new Array(slotCount).fill(undefined);
  readonly #tickMs: number;
  readonly #now: Now;
  readonly #fault: (error: unknown) => void;
  #tick = 0;
  #startedAt: number;
  #armed = 0;
  #ticking: NodeJS.Timeout | undefined;

  /** @param fault told of what a timer's callback throws; the other timers go on */
  constructor(tickMs = 10, now: Now = () => performance.now(), fault: (error: unknown) => void = rethrow) {
    this.#tickMs = tickMs;
    this.#now = now;
    this.#fault = fault;
    this.#startedAt = now();
  }

  /** Timers armed now. */
  get armed(): number {
    return this.#armed;
  }

  arm(timer: Timer, delayMs: number): void {
    this.disarm(timer);
    if (this.#armed === 0) this.#resume();
    const elapsed = (this.#now() - this.#startedAt) / this.#tickMs;
    timer.due = Math.max(Math.ceil(elapsed + delayMs / this.#tickMs), this.#tick + 1);
    const slot = timer.due % slotCount;
    const head = this.#slots[slot];
    timer.slot = slot;
    timer.after = head;
    if (head !== undefined) head.before = timer;
    this.#slots[slot] = timer;
    this.#armed += 1;
  }

  disarm(timer: Timer): void {
    if (timer.slot < 0) return;
    if (timer.before !== undefined) timer.before.after = timer.after;
    else this.#slots[timer.slot] = timer.after;
    if (timer.after !== undefined) timer.after.before = timer.before;
    timer.slot = -1;
    timer.before = undefined;
    timer.after = undefined;
    this.#armed -= 1;
    if (this.#armed === 0) this.stop();
  }

  /** Stop ticking; armed timers stay armed and are looked at again when one more is armed. */
  stop(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  #resume(): void {
    this.#tick = Math.floor((this.#now() - this.#startedAt) / this.#tickMs);
    this.#ticking ??= setInterval(() => this.#advance(), this.#tickMs);
  }

  #advance(): void {
    const until = Math.floor((this.#now() - this.#startedAt) / this.#tickMs);
    while (this.#tick < until && this.#armed > 0) {
      this.#tick += 1;
      this.#fireSlot(this.#tick % slotCount);
    }
  }

  /** Timers of later rounds stay; a timer armed while firing goes to a later tick. */
  #fireSlot(slot: number): void {
    let timer = this.#slots[slot];
    const due: Timer[] = [];
    for (; timer !== undefined; timer = timer.after) if (timer.due <= this.#tick) due.push(timer);
    for (const one of due) {
      if (one.slot !== slot || one.due > this.#tick) continue;
      this.disarm(one);
      try {
        one.fire();
      } catch (error) {
        this.#fault(error);
      }
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}
