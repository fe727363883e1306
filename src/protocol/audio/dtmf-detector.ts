import { type Digit, digitAt, HIGH_GROUP, LOW_GROUP } from './dtmf.ts';

/** A key that was heard, told when it ended. */
export interface HeardDigit {
  readonly digit: Digit;
  readonly durationMs: number;
}

const BLOCK = 102;
const BLOCK_MS = (BLOCK * 1000) / 8000;
const COEFFICIENTS = Float64Array.from([...LOW_GROUP, ...HIGH_GROUP], (hz) => 2 * Math.cos((2 * Math.PI * hz) / 8000));

/**
 * ITU-T Q.24 limits. Level: -35 dBm0 a tone at least (Q.24 asks for operation down to about -30).
 * Twist: high group up to 8 dB under the low one, low up to 4 dB under the high one, with a margin of 1 dB.
 * Purity: the pair must hold most of the block's energy, else speech digits would be heard.
 */
const MIN_TONE_POWER = 2 * ((32767 * 10 ** ((-35 - 3.14) / 20)) / 2 ** 0.5) ** 2;
const MAX_HIGH_UNDER_LOW = 10 ** (9 / 10);
const MAX_LOW_UNDER_HIGH = 10 ** (5 / 10);
const OVER_NEIGHBOURS = 10 ** (8 / 10);
const PAIR_SHARE = 0.7;
/** 38 ms: Q.24 wants 40 ms accepted and 20 ms refused. */
const MIN_BLOCKS = 3;
const MIN_PAUSE_BLOCKS = 2;

/**
 * Hears DTMF keys in 8 kHz audio by eight Goertzel filters over blocks of 12.75 ms.
 * One detector per direction of a call; `hear` is free of allocation until a digit ends.
 */
export class DtmfDetector {
  private readonly tell: (heard: HeardDigit) => void;
  private readonly last = new Float64Array(8);
  private readonly beforeLast = new Float64Array(8);
  private readonly powers = new Float64Array(8);
  private energy = 0;
  private filled = 0;
  private candidate = '';
  private blocks = 0;
  private quiet = 0;
  private isAccepted = false;

  /** @param tell called once per key, when it ends. */
  constructor(tell: (heard: HeardDigit) => void) {
    this.tell = tell;
  }

  hear(samples: Int16Array, count: number): void {
    let from = 0;
    while (from < count) {
      const upTo = Math.min(count, from + BLOCK - this.filled);
      this.filter(samples, from, upTo);
      this.filled += upTo - from;
      from = upTo;
      if (this.filled === BLOCK) this.closeBlock();
    }
  }

  private filter(samples: Int16Array, from: number, upTo: number): void {
    const { last, beforeLast } = this;
    for (let tone = 0; tone < 8; tone += 1) {
      const coefficient = COEFFICIENTS[tone] as number;
      let s1 = last[tone] as number;
      let s2 = beforeLast[tone] as number;
      for (let i = from; i < upTo; i += 1) {
        const s0 = (samples[i] as number) + coefficient * s1 - s2;
        s2 = s1;
        s1 = s0;
      }
      last[tone] = s1;
      beforeLast[tone] = s2;
    }
    for (let i = from; i < upTo; i += 1) this.energy += (samples[i] as number) ** 2;
  }

  private closeBlock(): void {
    const { last, beforeLast, powers } = this;
    for (let tone = 0; tone < 8; tone += 1) {
      const s1 = last[tone] as number;
      const s2 = beforeLast[tone] as number;
      powers[tone] = ((s1 * s1 + s2 * s2 - (COEFFICIENTS[tone] as number) * s1 * s2) * 2) / BLOCK;
    }
    const energy = this.energy;
    last.fill(0);
    beforeLast.fill(0);
    this.energy = 0;
    this.filled = 0;
    this.judge(this.digitOf(energy));
  }

  private digitOf(energy: number): Digit {
    const row = strongest(this.powers, 0);
    const column = strongest(this.powers, 4);
    const low = this.powers[row] as number;
    const high = this.powers[column + 4] as number;
    const floor = (MIN_TONE_POWER * BLOCK) / 2;
    if (low < floor || high < floor) return '';
    if (low > high * MAX_HIGH_UNDER_LOW || high > low * MAX_LOW_UNDER_HIGH) return '';
    if (low + high < energy * PAIR_SHARE) return '';
    return standsOut(this.powers, 0, row) && standsOut(this.powers, 4, column) ? digitAt(row, column) : '';
  }

  /** A key begins after three equal blocks and ends after two that differ: a click of 13 ms does not cut it in two. */
  private judge(digit: Digit): void {
    if (digit !== '' && digit === this.candidate) {
      this.blocks += 1 + this.quiet;
      this.quiet = 0;
      if (this.blocks >= MIN_BLOCKS) this.isAccepted = true;
      return;
    }
    this.quiet += 1;
    const isOver = this.quiet >= MIN_PAUSE_BLOCKS || (digit !== '' && digit !== this.candidate);
    if (!isOver) return;
    this.finish();
    this.candidate = digit;
    this.blocks = digit === '' ? 0 : 1;
    this.quiet = 0;
  }

  private finish(): void {
    if (this.isAccepted) this.tell({ digit: this.candidate, durationMs: Math.round(this.blocks * BLOCK_MS) });
    this.isAccepted = false;
  }
}

function strongest(powers: Float64Array, group: number): number {
  let best = 0;
  for (let i = 1; i < 4; i += 1) if ((powers[group + i] as number) > (powers[group + best] as number)) best = i;
  return best;
}

function standsOut(powers: Float64Array, group: number, best: number): boolean {
  const bar = (powers[group + best] as number) / OVER_NEIGHBOURS;
  for (let i = 0; i < 4; i += 1) if (i !== best && (powers[group + i] as number) > bar) return false;
  return true;
}
