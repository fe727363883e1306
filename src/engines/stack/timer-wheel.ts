/**
 * One clock for all transactions: a hashed wheel instead of a setTimeout each. Arming and stopping are O(1) and
 * allocate nothing; a timer fires up to one tick late, never early. Those of two seconds and more only end what lingers, so
 * they fire together, four times a second. Between two occupied slots the wheel sleeps: a wake-up costs more than a tick.
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
/** From here on a timer may be late by as much as `coarseMs`. */
const longMs = 2_000;
const coarseMs = 250;
const longestSleepTicks = 100;

export class TimerWheel {
  readonly #slots: (Timer | undefined)[] = new Array(slotCount).fill(undefined);
  readonly #tickMs: number;
  readonly #now: Now;
  readonly #fault: (error: unknown) => void;
  #tick = 0;
  #startedAt: number;
  #armed = 0;
  #bell: NodeJS.Timeout | undefined;
  /** The tick the bell is set to. */
  #wakesAt = Number.POSITIVE_INFINITY;

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
    const elapsed = (this.#now() - this.#startedAt) / this.#tickMs;
    if (this.#armed === 0) this.#tick = Math.floor(elapsed);
    const exact = Math.max(Math.ceil(elapsed + delayMs / this.#tickMs), this.#tick + 1);
    const coarse = coarseMs / this.#tickMs;
    timer.due = delayMs < longMs ? exact : Math.ceil(Math.ceil(exact / coarse) * coarse);
    const slot = timer.due % slotCount;
    const head = this.#slots[slot];
    timer.slot = slot;
    timer.after = head;
    if (head !== undefined) head.before = timer;
    this.#slots[slot] = timer;
    this.#armed += 1;
    if (timer.due < this.#wakesAt) this.#wakeAt(timer.due, elapsed);
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
    clearTimeout(this.#bell);
    this.#bell = undefined;
    this.#wakesAt = Number.POSITIVE_INFINITY;
  }

  /** @param elapsed where the clock stands now, in ticks */
  #wakeAt(tick: number, elapsed: number): void {
    clearTimeout(this.#bell);
    this.#wakesAt = tick;
    this.#bell = setTimeout(() => this.#advance(), Math.max(1, Math.ceil((tick - elapsed) * this.#tickMs)));
  }

  #advance(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const until = Math.floor((this.#now() - this.#startedAt) / this.#tickMs);
    while (this.#tick < until && this.#armed > 0) {
      this.#tick += 1;
      this.#fireSlot(this.#tick % slotCount);
    }
    if (this.#armed > 0) this.#sleep();
  }

  /** Until the next slot that holds a timer; what is armed meanwhile may wake it earlier. */
  #sleep(): void {
    let next = this.#tick + 1;
    const latest = this.#tick + longestSleepTicks;
    while (next < latest && this.#slots[next % slotCount] === undefined) next += 1;
    if (next < this.#wakesAt) this.#wakeAt(next, (this.#now() - this.#startedAt) / this.#tickMs);
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
