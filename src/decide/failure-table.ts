import type { NotReached } from '../domain/call.ts';
import type { Refusal } from '../domain/refusals.ts';

/** What a final response means, and how it is told to the caller. */
export interface FailureRow {
  readonly is: NotReached;
  readonly why: Refusal;
  /** The status the caller gets. */
  readonly sip: number;
  /** The cause the caller gets, when the far end gave none. */
  readonly q850: number;
  readonly cites: string;
}

const row = (is: NotReached, why: Refusal, sip: number, q850: number, cites: string): FailureRow => ({
  is,
  why,
  sip,
  q850,
  cites,
});

/**
 * By status. The causes are those of RFC 3398 §8.2.6.1; where the status speaks of our request rather than of the number
 * called, the caller gets 480 in its place, since it was not theirs.
 */
export const byStatus: ReadonlyMap<number, FailureRow> = new Map([
  [400, row('failed', 'far-end-refused', 480, 41, 'RFC 3398 §8.2.6.1; RFC 3261 §21.4.1')],
  // A challenge is between the far end and us: the caller has no password for it.
  [401, row('failed', 'far-end-refused', 480, 21, 'RFC 3398 §8.2.6.1; RFC 3261 §21.4.2')],
  [402, row('declined', 'far-end-refused', 403, 21, 'RFC 3398 §8.2.6.1')],
  [403, row('declined', 'far-end-refused', 403, 21, 'RFC 3398 §8.2.6.1')],
  [404, row('failed', 'unallocated', 404, 1, 'RFC 3398 §8.2.6.1')],
  [405, row('failed', 'far-end-refused', 480, 63, 'RFC 3398 §8.2.6.1')],
  [406, row('failed', 'not-acceptable', 488, 79, 'RFC 3398 §8.2.6.1')],
  [407, row('failed', 'far-end-refused', 480, 21, 'RFC 3398 §8.2.6.1; RFC 3261 §21.4.8')],
  [408, row('unreachable', 'unreachable', 480, 102, 'RFC 3398 §8.2.6.1')],
  [410, row('failed', 'moved', 410, 22, 'RFC 3398 §8.2.6.1')],
  [413, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [414, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [415, row('failed', 'not-acceptable', 488, 79, 'RFC 3398 §8.2.6.1')],
  [416, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [420, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [421, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [423, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [433, row('declined', 'far-end-refused', 433, 21, 'RFC 5079 §5')],
  [480, row('unreachable', 'unreachable', 480, 18, 'RFC 3398 §8.2.6.1')],
  [481, row('failed', 'far-end-refused', 480, 41, 'RFC 3398 §8.2.6.1')],
  [482, row('failed', 'loop', 482, 25, 'RFC 3398 §8.2.6.1')],
  [483, row('failed', 'too-many-hops', 483, 25, 'RFC 3398 §8.2.6.1')],
  [484, row('failed', 'malformed', 484, 28, 'RFC 3398 §8.2.6.1')],
  [485, row('failed', 'unallocated', 404, 1, 'RFC 3398 §8.2.6.1')],
  [486, row('busy', 'busy', 486, 17, 'RFC 3398 §8.2.6.1')],
  [488, row('failed', 'not-acceptable', 488, 88, 'RFC 3398 §8.2.6.1; RFC 3261 §21.4.26')],
  [500, row('failed', 'far-end-refused', 480, 41, 'RFC 3398 §8.2.6.1')],
  [501, row('failed', 'far-end-refused', 480, 79, 'RFC 3398 §8.2.6.1')],
  [502, row('failed', 'far-end-refused', 480, 38, 'RFC 3398 §8.2.6.1')],
  // Passed on as 503 it would make the caller's network turn away from us altogether (RFC 3261 §16.7 step 6).
  [503, row('failed', 'far-end-refused', 480, 41, 'RFC 3398 §8.2.6.1; RFC 3261 §16.7')],
  [504, row('failed', 'far-end-refused', 480, 102, 'RFC 3398 §8.2.6.1')],
  [505, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [513, row('failed', 'far-end-refused', 480, 127, 'RFC 3398 §8.2.6.1')],
  [600, row('busy', 'busy', 600, 17, 'RFC 3398 §8.2.6.1')],
  [603, row('declined', 'declined', 603, 21, 'RFC 3398 §8.2.6.1')],
  [604, row('failed', 'unallocated', 604, 1, 'RFC 3398 §8.2.6.1')],
  [606, row('failed', 'not-acceptable', 606, 88, 'RFC 3398 §8.2.6.1; RFC 3261 §21.6.4')],
  [607, row('declined', 'declined', 603, 21, 'RFC 8197 §3')],
  [608, row('declined', 'declined', 603, 21, 'RFC 8688 §3')],
]);

/** Statuses not named above, by their class. RFC 3261 §8.1.3.2: an unknown status is treated as the x00 of its class. */
export const byClass: ReadonlyMap<number, FailureRow> = new Map([
  [3, row('failed', 'far-end-refused', 480, 31, 'RFC 3261 §8.1.3.4: a redirection that is not followed')],
  [4, row('failed', 'far-end-refused', 480, 127, 'RFC 3261 §8.1.3.2')],
  [5, row('failed', 'far-end-refused', 480, 41, 'RFC 3261 §8.1.3.2')],
  [6, row('declined', 'declined', 603, 21, 'RFC 3261 §8.1.3.2')],
]);

/** What is no status at all. */
export const unknownStatus = row('failed', 'far-end-refused', 480, 31, 'RFC 3398 §7.2.4.1: 31');

/**
 * By cause, for the statuses that gateways use for everything (480, 500, 502, 503): there the cause says more than the status.
 * RFC 3398 §7.2.4.1, except that 408 and 5xx are not passed on: the number called is at fault there, or a network that is not ours.
 */
export const byCause: ReadonlyMap<number, FailureRow> = new Map([
  [1, row('failed', 'unallocated', 404, 1, 'RFC 3398 §7.2.4.1')],
  [2, row('failed', 'unallocated', 404, 2, 'RFC 3398 §7.2.4.1')],
  [3, row('failed', 'unallocated', 404, 3, 'RFC 3398 §7.2.4.1')],
  [17, row('busy', 'busy', 486, 17, 'RFC 3398 §7.2.4.1')],
  [18, row('no answer', 'no-answer', 480, 18, 'RFC 3398 §7.2.4.1')],
  [19, row('no answer', 'no-answer', 480, 19, 'RFC 3398 §7.2.4.1')],
  [20, row('unreachable', 'unreachable', 480, 20, 'RFC 3398 §7.2.4.1')],
  [21, row('declined', 'far-end-refused', 403, 21, 'RFC 3398 §7.2.4.1')],
  [22, row('failed', 'moved', 410, 22, 'RFC 3398 §7.2.4.1')],
  [23, row('failed', 'moved', 410, 23, 'RFC 3398 §7.2.4.1')],
  [26, row('failed', 'unallocated', 404, 26, 'RFC 3398 §7.2.4.1')],
  [28, row('failed', 'malformed', 484, 28, 'RFC 3398 §7.2.4.1')],
  [55, row('declined', 'far-end-refused', 403, 55, 'RFC 3398 §7.2.4.1')],
  [57, row('declined', 'far-end-refused', 403, 57, 'RFC 3398 §7.2.4.1')],
  [65, row('failed', 'not-acceptable', 488, 65, 'RFC 3398 §7.2.4.1')],
  [70, row('failed', 'not-acceptable', 488, 70, 'RFC 3398 §7.2.4.1')],
  [87, row('declined', 'far-end-refused', 403, 87, 'RFC 3398 §7.2.4.1')],
  [88, row('failed', 'not-acceptable', 488, 88, 'RFC 3398 §7.2.4.1')],
]);
