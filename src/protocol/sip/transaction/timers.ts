/** Timer values of RFC 3261 table 4, derived from T1, T2, T4; milliseconds. */

export interface TimerValues {
  /** Round trip estimate. */
  readonly t1: number;
  /** Longest interval between two retransmissions of a non-INVITE request or an INVITE response. */
  readonly t2: number;
  /** Longest time a message lives in the network. */
  readonly t4: number;
  /** INVITE client, unreliable transport: how long final responses are absorbed; at least 32 s. */
  readonly d: number;
}

export const bookTimers: TimerValues = { t1: 500, t2: 4000, t4: 5000, d: 32000 };

export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M';

/**
 * First value of a timer; undefined: not started at all (A, E, G on a reliable transport), 0: fires at once
 * (D, I, J, K on a reliable transport).
 */
export function firstValue(name: TimerName, timers: TimerValues, reliable: boolean): number | undefined {
  switch (name) {
    case 'A':
    case 'E':
    case 'G':
      return reliable ? undefined : timers.t1;
    case 'D':
      return reliable ? 0 : timers.d;
    case 'I':
    case 'K':
      return reliable ? 0 : timers.t4;
    case 'J':
      return reliable ? 0 : 64 * timers.t1;
    default:
      return 64 * timers.t1;
  }
}
