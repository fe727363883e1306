import type { Account, Caller, Diversion, IncomingCall, RouteDecision } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Instant } from '../domain/instant.ts';
import type { Line } from '../domain/line.ts';
import type { Site } from '../domain/site.ts';
import type { Wishes } from '../domain/wishes.ts';

/** A line that passes calls on, and where it stands. */
export interface Forwarder {
  readonly line: Line;
  readonly site: Site;
}

/** What a line's wishes are applied to. */
export interface Wishing extends Forwarder {
  readonly wishes: Wishes;
  readonly caller: Caller;
  readonly call: IncomingCall;
  readonly config: Config;
  readonly at: Instant;
  /** On whose account the line was dialled. */
  readonly account: Account | undefined;
  /** No phone of the line is registered. */
  readonly isUnreachable: boolean;
  /** The line talks already. */
  readonly isBusy: boolean;
  /** What would come of digits that the line dials for this call, on its own account; `reason`: it forwards the call there. */
  readonly dial: (digits: string, reason?: Diversion['reason']) => RouteDecision;
}
