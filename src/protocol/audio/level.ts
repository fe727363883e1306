/** A full-scale sine is +3.14 dBm0 in A-law (ITU-T G.711 §4): the peak of a sine of a given level, in 16-bit units. */
export function sinePeak(dbm0: number): number {
  return 32767 * 10 ** ((dbm0 - 3.14) / 20);
}

/** Power of `count` samples from `from` in dBov: 0 is a full-scale square wave (RFC 6464 §3), silence is -127. */
export function levelDbov(samples: Int16Array, count: number, from = 0): number {
  if (count <= 0) return -127;
  let sum = 0;
  for (let i = from; i < from + count; i += 1) sum += (samples[i] as number) ** 2;
  return sum === 0 ? -127 : Math.max(-127, 10 * Math.log10(sum / count / 32768 ** 2));
}

/** Mean absolute sample: the measure FreeSWITCH's `record` compares its silence threshold with. */
export function meanMagnitude(samples: Int16Array, count: number): number {
  if (count <= 0) return 0;
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += Math.abs(samples[i] as number);
  return sum / count;
}
