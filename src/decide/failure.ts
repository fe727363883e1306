import type { NotReached, Target } from '../domain/call.ts';
import { type Refusal, refusals } from '../domain/refusals.ts';
import { byCause, byClass, byStatus, type FailureRow, unknownStatus } from './failure-table.ts';

/** What the far end said: its final status, and its Q.850 cause when it gave one (RFC 3326). */
export interface Failure {
  readonly sip: number;
  readonly q850?: number;
}

/** A failure, and what kind of target it came from; a phone unless said otherwise. */
export interface Failed {
  readonly said: Failure;
  readonly by?: Target['is'];
}

/** How a failure is told to the caller, and what the ledger calls it. */
export interface PassedOn {
  readonly why: Refusal;
  readonly sip: number;
  readonly q850: number;
}

/** What a failure is, for the tree of what happens next. */
export function notReached(sip: number, q850?: number): NotReached {
  return (toldByCause(sip, q850) ?? rowByStatus(sip)).is;
}

/**
 * The status and cause the caller gets for what the far end said. A trunk that failed us is our affair: its challenges (401,
 * 407), its silence (408) and its 5xx become `trunks-failed`, and nobody upstream ever hears a 503 of somebody else's.
 */
export function passedOn({ said: { sip, q850 }, by }: Failed): PassedOn {
  const told = toldByCause(sip, q850);
  if (told === undefined && by === 'trunk' && isTheTrunks(sip))
    return withCause('trunks-failed', refusals['trunks-failed'], q850);
  const row = told ?? rowByStatus(sip);
  return withCause(row.why, row, q850);
}

/**
 * The failure to pass on, of several that rang together (RFC 3261 §16.7 step 6): any 6xx, else the one that says most about
 * the number called. `undefined`: there was none.
 */
export function mostTelling<Said extends Failure>(failures: readonly Said[]): Said | undefined {
  let best: Said | undefined;
  for (const failure of failures) {
    if (best === undefined || weight(failure) < weight(best)) best = failure;
  }
  return best;
}

/** RFC 3261 §16.7 step 5: a 6xx from one speaks for all; those that still ring are cancelled. */
export function endsForAll(sip: number): boolean {
  return sip >= 600 && sip <= 699;
}

/**
 * Does the far end refuse the call for the number it shows? 403 and 604 are what operators say to a number that is not the
 * customer's; the others have it as their meaning (RFC 5079, RFC 8197, RFC 8224 §6.2.2, RFC 8688).
 */
export function refusesNumber(sip: number): boolean {
  return REFUSES_NUMBER.has(sip);
}

const REFUSES_NUMBER: ReadonlySet<number> = new Set([403, 428, 433, 436, 437, 438, 604, 606, 607, 608]);
const GENERIC: ReadonlySet<number> = new Set([480, 500, 502, 503]);
const MOST_TELLING: ReadonlySet<number> = new Set([486, 404, 410, 484, 488, 403]);
const LEAST_TELLING: ReadonlySet<number> = new Set([401, 407, 408, 487]);

function toldByCause(sip: number, q850: number | undefined): FailureRow | undefined {
  return q850 !== undefined && GENERIC.has(sip) ? byCause.get(q850) : undefined;
}

function rowByStatus(sip: number): FailureRow {
  return byStatus.get(sip) ?? byClass.get(Math.trunc(sip / 100)) ?? unknownStatus;
}

/** The far end's own cause goes through; ITU-T Q.850 §2.2.5 has seven bits for it, and 0 is none. */
function withCause(why: Refusal, { sip, q850 }: Omit<PassedOn, 'why'>, told: number | undefined): PassedOn {
  const isCause = told !== undefined && Number.isInteger(told) && told >= 1 && told <= 127;
  return { why, sip, q850: isCause ? told : q850 };
}

function isTheTrunks(sip: number): boolean {
  return sip === 401 || sip === 407 || sip === 408 || (sip >= 500 && sip <= 599);
}

function weight({ sip }: Failure): number {
  if (endsForAll(sip)) return 0;
  if (MOST_TELLING.has(sip)) return 1;
  if (sip === 480) return 3;
  if (sip >= 400 && sip <= 499) return LEAST_TELLING.has(sip) ? 4 : 2;
  if (sip >= 300 && sip <= 399) return 5;
  return sip === 503 ? 7 : 6;
}
