/** The signed distance from sequence number `from` to `to`, the short way round (RFC 1982 §3.2): -32768 to 32767. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** The same for timestamps. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/** RFC 3550 A.1: how far a sequence number may run ahead, or lag, and still be of the same stream. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const NONE = -1;

/**
 * Unrolls 16-bit sequence numbers into ever-growing ones (RFC 3550 A.1). A jump beyond the limits is believed when the
 * next packet continues it: the far end has started anew.
 */
export class SequenceUnroller {
  /** The greatest number so far, cycles included. */
  highest = NONE;
  /** The first one after the latest start. */
  first = NONE;
  private suspected = NONE;

  /** Returns the unrolled number; `'jump'` for a number that cannot be placed yet; `'restart'` when a jump proved real. */
  unroll(sequence: number): number | 'jump' | 'restart' {
    if (this.highest === NONE) return this.begin(sequence);
    const distance = sequenceDistance(this.highest & 0xffff, sequence);
    if (distance > 0 && distance < MAX_DROPOUT) {
      this.highest += distance;
      this.suspected = NONE;
      return this.highest;
    }
    if (distance <= 0 && distance > -MAX_MISORDER) return this.highest + distance;
    if (sequence !== this.suspected) {
      this.suspected = (sequence + 1) & 0xffff;
      return 'jump';
    }
    this.begin(sequence);
    return 'restart';
  }

  reset(): void {
    this.highest = NONE;
    this.first = NONE;
    this.suspected = NONE;
  }

  /** Starts one cycle up, so that a late packet of before never gets a negative number. */
  private begin(sequence: number): number {
    this.highest = sequence + 65536;
    this.first = this.highest;
    this.suspected = NONE;
    return this.highest;
  }
}
