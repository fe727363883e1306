/** To 16 bits. */
export function saturate16(value: number): number {
  return Math.min(Math.max(value, -32768), 32767);
}
