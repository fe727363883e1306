/** May this be somebody's PIN? 4 to 10 digits that are not all alike, no run, and not their own extension. */
export function isGoodPin(pin: string, extension?: string): boolean {
  if (!/^\d{4,10}$/.test(pin) || pin === extension) return false;
  const steps = new Set([...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  const [only] = steps;
  return steps.size > 1 || (only !== 0 && only !== 1 && only !== 9);
}
