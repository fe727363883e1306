import type { Destination, Facts, IncomingCall, Target } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Instant } from '../domain/instant.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Refusal } from '../domain/refusals.ts';
import type { Seats } from './seats.ts';

/** What the call path asks of the world, in the path's own words. The edges answer, and compose puts them together. */
export interface World {
  now(): Instant;
  /** Runs `what` once when `seconds` have passed. The function given back forgets it. */
  after(seconds: number, what: () => void): () => void;
  /** True once the exchange is being stopped: no new calls but to emergency services. */
  readonly draining: boolean;
  /** May one more call be set up now? Counts it. */
  setupAllowed(atMostPerSecond: number): boolean;
  /** One snapshot about this destination. */
  facts(about: Destination, call: IncomingCall, config: Config): Facts;
  /**
   * Sends the call to one target (a line: every contact it has) and gives back the legs; none when nobody is there.
   * News and results come later, never during this call.
   */
  dial(target: Target, order: Order): readonly Leg[];
  /** Does this target answer anything at all? Never rejects. Asked when an INVITE is met with silence. */
  answers(target: Target, config: Config): Promise<boolean>;
  /** Answers the caller with what the leg answered, joins the two, and settles when either hangs up. Never rejects. */
  talk(caller: CallerLeg, leg: Leg): Promise<Talk>;
  /** Who sits where: calls by trunk and site. */
  readonly seats: Seats;
  readonly ledger: Ledger;
  /** A mistake of ours: log it, count it, wake somebody. Does not throw. */
  alarm(fault: Fault): void;
}

/** The caller's end of the call. */
export interface CallerLeg {
  /** Fires when they are gone before the answer. Its reason is a `GoneReason`. */
  readonly gone: AbortSignal;
  /** Ends the call, whatever its state: a final response before the answer, a BYE after it. Harmless when it has ended. */
  refuse(why: Refusal, as?: Said): void;
}

/** `exchange stops`: they are still there, and are to be told. */
export type GoneReason = 'hung up' | 'engine lost' | 'exchange stops';

/** How a refusal is put into SIP, when not as `domain/refusals` has it. */
export interface Said {
  readonly sip: number;
  readonly q850?: number;
  /** RFC 3261 §20.33. */
  readonly retryAfterSeconds?: number;
  /** RFC 4028 §6: what goes with a 422. */
  readonly minSeSeconds?: number;
}

/** What a leg is dialled with. */
export interface Order {
  readonly call: IncomingCall;
  readonly caller: CallerLeg;
  /** The one the call arrived under. */
  readonly config: Config;
  news(news: LegNews): void;
}

export type StopReason =
  | 'answered elsewhere'
  | 'declined elsewhere'
  | 'no answer'
  | 'no reply'
  | 'caller gone'
  | 'our fault';

/** One attempt to reach somebody, on its way. */
export interface Leg {
  /** Unique in the call. */
  readonly id: string;
  readonly target: Target;
  /** Never rejects. */
  readonly result: Promise<DialResult>;
  /** Cancels what still rings, hangs up what has answered; harmless when it is over. */
  stop(reason: StopReason): void;
}

/** What happens on the way to an answer. */
export type LegNews = { readonly is: 'ringing' | 'early media'; readonly leg: string; readonly at: Instant };

/** How one leg ended. `answered`: it waits to be talked to, or stopped. `cancelled`: we stopped it. */
export type DialResult =
  | { readonly ended: 'answered'; readonly at: Instant }
  | ({ readonly ended: 'failed'; readonly at: Instant } & Said)
  | { readonly ended: 'cancelled'; readonly at: Instant };

/** How a conversation ended; or that it never began, because the caller was gone before the answer reached them. */
export type Talk =
  | { readonly ended: 'hung up'; readonly by: 'caller' | 'callee' | 'exchange'; readonly at: Instant }
  | { readonly ended: 'never began'; readonly at: Instant };

export interface Fault {
  readonly call: string;
  readonly what: string;
  readonly error: unknown;
}

/** Where calls are written down. Both calls queue; neither throws; the store writes in groups. */
export interface Ledger {
  opened(record: Pick<CallRecord, 'id' | 'startedAt' | 'from' | 'dialled'>): void;
  closed(record: CallRecord): void;
}
