import { mostTelling, notReached } from '../decide/failure.ts';
import type { NotReached, Target } from '../domain/call.ts';
import type { Instant } from '../domain/instant.ts';
import { type Refusal, refusals } from '../domain/refusals.ts';
import type { Leg, PickUp, Said } from './ports.ts';

/** How reaching somebody ended. */
export type Found =
  | { readonly ended: 'answered'; readonly leg: Leg; readonly at: Instant }
  /** Somebody else took it, by a star code. */
  | { readonly ended: 'picked up'; readonly by: PickUp; readonly at: Instant }
  | NotFound
  | { readonly ended: 'caller gone' };

export interface NotFound {
  readonly ended: 'not reached';
  readonly why: NotReached;
  readonly said: Said;
  /** What kind of target said so; absent when nobody said anything. */
  readonly by?: Target['is'];
  /** It was us who refused. */
  readonly refusal?: Refusal;
}

/** Nobody was there to ring. */
export const nobody: NotFound = {
  ended: 'not reached',
  why: 'unreachable',
  said: { sip: refusals.unreachable.sip, q850: refusals.unreachable.q850 },
};

/** It rang, and nobody took it. */
export const unanswered: NotFound = {
  ended: 'not reached',
  why: 'no answer',
  said: { sip: refusals['no-answer'].sip, q850: refusals['no-answer'].q850 },
};

/** The trunk has no channel left. */
export const trunkFull: NotFound = {
  ended: 'not reached',
  why: 'failed',
  said: { sip: refusals['trunk-full'].sip, q850: refusals['trunk-full'].q850 },
  by: 'trunk',
  refusal: 'trunk-full',
};

/** A target that shows no life at all: RFC 3261 §8.1.3.1, as if it had said 408. */
export function silent(by: Target['is']): NotFound {
  return failed({ sip: 408, q850: 18 }, by);
}

export function failed(said: Said, by: Target['is']): NotFound {
  return { ended: 'not reached', why: notReached(said.sip, said.q850), said, by };
}

/** The failure that tells the caller most. */
export function best(failures: readonly NotFound[]): NotFound {
  return mostTelling(failures.map((found) => ({ ...found.said, found })))?.found ?? nobody;
}
