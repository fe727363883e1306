import { ILB } from './g722-tables.ts';
import { saturate16 } from './saturate.ts';

/**
 * One sub-band of ITU-T G.722 §3: adaptive predictor of two poles and six zeros, and the adaptive scale factor.
 * Both ends run it alike; bit-exactness rests on the order of the saturations below.
 */
export class Band {
  /** The prediction s(n) for the sample now due. */
  prediction = 0;
  /** The quantiser's scale factor, linear. */
  scale: number;
  private logScale = 0;
  private zeroPart = 0;
  private a1 = 0;
  private a2 = 0;
  private r1 = 0;
  private p1 = 0;
  private p2 = 0;
  private readonly zeros = new Int32Array(6);
  private readonly differences = new Int32Array(6);
  private readonly octaves: number;
  private readonly logCeiling: number;

  constructor(which: 'lower' | 'higher') {
    this.scale = which === 'lower' ? 32 : 8;
    this.octaves = which === 'lower' ? 8 : 10;
    this.logCeiling = which === 'lower' ? 18432 : 22528;
  }

  /** LOGSCL and SCALEL (LOGSCH, SCALEH): `weight` comes from the W table for the word just coded. */
  adaptScale(weight: number): void {
    const log = Math.min(Math.max(((this.logScale * 127) >> 7) + weight, 0), this.logCeiling);
    this.logScale = log;
    const mantissa = ILB[(log >> 6) & 31] as number;
    const shift = this.octaves - (log >> 11);
    this.scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** RECONS, PARREC, UPPOL2, UPPOL1, UPZERO, FILTEP, FILTEZ, PREDIC, in the Recommendation's order. */
  adaptPredictor(difference: number): void {
    const r0 = saturate16(this.prediction + difference);
    const p0 = saturate16(this.zeroPart + difference);
    this.adaptPoles(p0);
    this.adaptZeros(difference);
    const poles = saturate16(
      ((this.a1 * saturate16(r0 + r0)) >> 15) + ((this.a2 * saturate16(this.r1 + this.r1)) >> 15),
    );
    this.r1 = r0;
    this.p2 = this.p1;
    this.p1 = p0;
    this.prediction = saturate16(poles + this.zeroPart);
  }

  private adaptPoles(p0: number): void {
    const sameAsLast = (p0 ^ this.p1) >= 0;
    const steep = saturate16(this.a1 << 2);
    const pull = Math.min(sameAsLast ? -steep : steep, 32767) >> 7;
    const push = (p0 ^ this.p2) >= 0 ? 128 : -128;
    const a2 = Math.min(Math.max(pull + push + ((this.a2 * 32512) >> 15), -12288), 12288);
    const bound = 15360 - a2;
    const a1 = (sameAsLast ? 192 : -192) + ((this.a1 * 32640) >> 15);
    this.a1 = Math.min(Math.max(a1, -bound), bound);
    this.a2 = a2;
  }

  private adaptZeros(difference: number): void {
    const { zeros, differences } = this;
    const step = difference === 0 ? 0 : 128;
    let sum = 0;
    for (let i = 5; i >= 0; i -= 1) {
      const past = differences[i] as number;
      const zero = saturate16(((past ^ difference) >= 0 ? step : -step) + (((zeros[i] as number) * 32640) >> 15));
      const next = i === 0 ? difference : (differences[i - 1] as number);
      zeros[i] = zero;
      differences[i] = next;
      sum = saturate16(sum + ((zero * saturate16(next + next)) >> 15));
    }
    this.zeroPart = sum;
  }
}
