/** ITU-T Q.23: each key is one low and one high frequency. */
export const LOW_GROUP = [697, 770, 852, 941] as const;
export const HIGH_GROUP = [1209, 1336, 1477, 1633] as const;
const KEYPAD = ['123A', '456B', '789C', '*0#D'] as const;

/** A key of the telephone: `0`–`9`, `*`, `#`, `A`–`D`. */
export type Digit = string;

export function digitAt(row: number, column: number): Digit {
  return KEYPAD[row]?.[column] ?? '';
}

/** The two frequencies of a digit, or undefined for what is no digit. Letters in either case. */
export function digitTones(digit: Digit): readonly [number, number] | undefined {
  if (digit.length !== 1) return undefined;
  const key = digit.toUpperCase();
  const row = KEYPAD.findIndex((keys) => keys.includes(key));
  const low = LOW_GROUP[row];
  const high = HIGH_GROUP[KEYPAD[row]?.indexOf(key) ?? -1];
  return low === undefined || high === undefined ? undefined : [low, high];
}
