import type { Destination, Facts, IncomingCall, Target } from '../domain/call.ts';
import type { Instant } from '../domain/instant.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Refusal } from '../domain/refusals.ts';

/** What the call path asks of the world, in the path's own words. The edges answer. */
export interface World {
  now(): Instant;
  /** One snapshot about this destination. */
  facts(about: Destination, call: IncomingCall): Facts;
  /**
   * Sends the call to one target (a line: every contact it has) and settles with how that ended; never rejects.
   * Aborting `stop` cancels what still rings, with the reason given to `abort()`.
   */
  dial(target: Target, caller: CallerLeg, news: (news: LegNews) => void, stop: AbortSignal): readonly Promise<DialResult>[];
  /** The record of a call: opened when it comes in, closed once. */
  readonly ledger: Ledger;
}

/** The caller's end of the call. `gone` fires when they hang up before the answer. */
export interface CallerLeg {
  readonly gone: AbortSignal;
  refuse(why: Refusal, sip?: number, q850?: number): void;
}

/** What happens on the way to an answer. */
export type LegNews = { readonly is: 'sent' | 'ringing' | 'early media'; readonly leg: string; readonly at: Instant };

/** How one leg ended. `answered`: the two are joined by `talk`. */
export type DialResult =
  | { readonly ended: 'answered'; readonly leg: string; readonly at: Instant }
  | { readonly ended: 'failed'; readonly leg: string; readonly at: Instant; readonly sip: number; readonly q850?: number }
  | { readonly ended: 'cancelled'; readonly leg: string; readonly at: Instant };

/** Where calls are written down. Both calls queue; neither throws; the store writes in groups. */
export interface Ledger {
  opened(record: Pick<CallRecord, 'id' | 'startedAt' | 'from' | 'dialled'>): void;
  closed(record: CallRecord): void;
}
