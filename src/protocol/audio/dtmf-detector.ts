import { type Digit, digitAt, HIGH_GROUP, LOW_GROUP } from './dtmf.ts';

/** A key that was heard, told when it ended. */
export interface HeardDigit {
  readonly digit: Digit;
  readonly durationMs: number;
}

/** Samples from one window to the next: 5 ms. */
const HOP = 40;
const HOPS_IN_WINDOW = 3;
const WINDOW = HOP * HOPS_IN_WINDOW;
const HOP_MS = HOP / 8;
const ANGLES = [...LOW_GROUP, ...HIGH_GROUP].map((hz) => (2 * Math.PI * hz) / 8000);
const COSINES = Float64Array.from(ANGLES, Math.cos);
const SINES = Float64Array.from(ANGLES, Math.sin);
/** By how much each tone turns in a hop. */
const TURN_COSINES = Float64Array.from(ANGLES, (angle) => Math.cos(angle * HOP));
const TURN_SINES = Float64Array.from(ANGLES, (angle) => Math.sin(angle * HOP));

/**
 * ITU-T Q.24 limits. Level: -35 dBm0 a tone at least (Q.24 asks for operation down to about -30).
 * Twist: high group up to 8 dB under the low one, low up to 4 dB under the high one, with a margin for what the short window blurs.
 * Purity: the pair must hold most of the window's energy, else speech digits would be heard. A window of which a key fills 69 % is
 * just pure enough.
 */
const MIN_TONE_POWER = (32767 * 10 ** ((-35 - 3.14) / 20)) ** 2;
const MAX_HIGH_UNDER_LOW = 10 ** (10 / 10);
const MAX_LOW_UNDER_HIGH = 10 ** (5 / 10);
const OVER_NEIGHBOURS = 10 ** (9 / 10);
const PAIR_SHARE = 0.69;
/** A hop that is 10 dB softer than the softest tone is silence, and is not looked into. */
const SILENT_HOP = (MIN_TONE_POWER * HOP) / 2 / 10;
/**
 * Q.24: 40 ms are a key however they lie to the windows, and hold five of them wholly; 23 ms are none, and touch four at most by
 * enough to count.
 */
const MIN_WINDOWS = 5;
/** A break of 10 ms is bridged, one of 30 ms parts two keys. */
const MIN_PAUSE_WINDOWS = 5;

/**
 * Hears DTMF keys in 8 kHz audio by eight Goertzel filters. Windows of 15 ms begin every 5 ms; each is put together from three
 * pieces, so that every sample is filtered once.
 * One detector per direction of a call; `hear` is free of allocation until a digit ends.
 */
export class DtmfDetector {
  private readonly tell: (heard: HeardDigit) => void;
  private readonly hop = new Int16Array(HOP);
  /** What each tone came to in each of the last hops, in the order they take turns: as complex numbers. */
  private readonly real = new Float64Array(8 * HOPS_IN_WINDOW);
  private readonly imaginary = new Float64Array(8 * HOPS_IN_WINDOW);
  private readonly energies = new Float64Array(HOPS_IN_WINDOW);
  private readonly powers = new Float64Array(8);
  private turn = 0;
  private filled = 0;
  private candidate = '';
  private windows = 0;
  private quiet = 0;
  private isAccepted = false;

  /** @param tell called once per key, when it ends. */
  constructor(tell: (heard: HeardDigit) => void) {
    this.tell = tell;
  }

  hear(samples: Int16Array, count: number): void {
    const { hop } = this;
    for (let i = 0; i < count; i += 1) {
      hop[this.filled] = samples[i] as number;
      this.filled += 1;
      if (this.filled === HOP) this.closeHop();
    }
  }

  private closeHop(): void {
    const { hop, turn } = this;
    this.filled = 0;
    let energy = 0;
    for (let i = 0; i < HOP; i += 1) energy += (hop[i] as number) ** 2;
    this.energies[turn] = energy;
    this.lookInto(8 * turn, energy < SILENT_HOP);
    this.turn = (turn + 1) % HOPS_IN_WINDOW;
    let all = 0;
    for (let i = 0; i < HOPS_IN_WINDOW; i += 1) all += this.energies[i] as number;
    this.judge(all < SILENT_HOP * HOPS_IN_WINDOW ? '' : this.digitOf(all));
  }

  private lookInto(at: number, isSilent: boolean): void {
    if (isSilent) {
      this.real.fill(0, at, at + 8);
      this.imaginary.fill(0, at, at + 8);
    } else for (let tone = 0; tone < 8; tone += 2) this.filter(tone, at + tone);
  }

  /** Two tones at once: each step of one waits for the step before, and the other fills the wait. */
  private filter(tone: number, into: number): void {
    const { hop } = this;
    const cosine = COSINES[tone] as number;
    const otherCosine = COSINES[tone + 1] as number;
    let s1 = 0;
    let s2 = 0;
    let o1 = 0;
    let o2 = 0;
    for (let i = 0; i < HOP; i += 1) {
      const sample = hop[i] as number;
      const s0 = sample - s2 + 2 * cosine * s1;
      const o0 = sample - o2 + 2 * otherCosine * o1;
      s2 = s1;
      s1 = s0;
      o2 = o1;
      o1 = o0;
    }
    this.real[into] = s1 - s2 * cosine;
    this.imaginary[into] = s2 * (SINES[tone] as number);
    this.real[into + 1] = o1 - o2 * otherCosine;
    this.imaginary[into + 1] = o2 * (SINES[tone + 1] as number);
  }

  /** Of a tone in the whole window: the pieces added up, each turned by as much as came after it. */
  private power(tone: number): number {
    const cosine = TURN_COSINES[tone] as number;
    const sine = TURN_SINES[tone] as number;
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < HOPS_IN_WINDOW; i += 1) {
      const piece = 8 * ((this.turn + i) % HOPS_IN_WINDOW) + tone;
      const turned = real * cosine - imaginary * sine;
      imaginary = real * sine + imaginary * cosine + (this.imaginary[piece] as number);
      real = turned + (this.real[piece] as number);
    }
    return ((real * real + imaginary * imaginary) * 2) / WINDOW;
  }

  private digitOf(energy: number): Digit {
    for (let tone = 0; tone < 8; tone += 1) this.powers[tone] = this.power(tone);
    const row = strongest(this.powers, 0);
    const column = strongest(this.powers, 4);
    const low = this.powers[row] as number;
    const high = this.powers[column + 4] as number;
    const floor = (MIN_TONE_POWER * WINDOW) / 2;
    if (low < floor || high < floor) return '';
    if (low > high * MAX_HIGH_UNDER_LOW || high > low * MAX_LOW_UNDER_HIGH) return '';
    if (low + high < energy * PAIR_SHARE) return '';
    return standsOut(this.powers, 0, row) && standsOut(this.powers, 4, column) ? digitAt(row, column) : '';
  }

  /** A key begins after five equal windows on end, and ends after as many that differ: a click does not cut it in two. */
  private judge(digit: Digit): void {
    if (digit !== '' && digit === this.candidate) {
      this.goOn();
      return;
    }
    this.quiet += 1;
    if (digit === '' && this.quiet < MIN_PAUSE_WINDOWS) return;
    this.finish();
    this.candidate = digit;
    this.windows = digit === '' ? 0 : 1;
    this.quiet = 0;
  }

  private goOn(): void {
    // What was interrupted before it was a key begins again.
    if (this.quiet > 0) this.windows = this.isAccepted ? this.windows + this.quiet : 0;
    this.windows += 1;
    this.quiet = 0;
    if (this.windows >= MIN_WINDOWS) this.isAccepted = true;
  }

  /** The first and the last window were filled by two thirds and more. */
  private finish(): void {
    if (this.isAccepted)
      this.tell({ digit: this.candidate, durationMs: Math.round((this.windows + HOPS_IN_WINDOW / 3) * HOP_MS) });
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
