/** Milliseconds that never go back. */
export function monotonicMs(): number {
  return performance.now();
}

/** Microseconds since 1970, as FreeSWITCH stamps events. */
export function unixMicroseconds(): string {
  return String(Math.round(Date.now() * 1000));
}
