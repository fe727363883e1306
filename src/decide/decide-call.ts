import type { Account, Caller, Destination, Facts, IncomingCall, Reason, RouteDecision } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import { recognise } from './caller.ts';
import { resolve, type Tried } from './dial-plan.ts';
import { treat } from './treatment.ts';

/** The look-up between the two pure halves: one snapshot about this destination. */
export type FactsFor = (about: Destination, call: IncomingCall, caller: Caller) => Facts;

/**
 * The decision on a call that comes in: who calls, on whose account, where the digits lead, what shall happen.
 * The live path, `explain`, the tests and the bench all ask here. Total: it never throws for anything that came from outside.
 * `tried`, when given, is filled with every rule that was looked at.
 */
export function decide(call: IncomingCall, config: Config, factsFor: FactsFor, tried?: Tried[]): RouteDecision {
  const { caller, account, because } = recognise(call, config);
  if (caller === undefined) return strange(call, because);
  return decideAs(caller, account, call.dialled, call, config, factsFor, { because: [because], tried });
}

/** What goes before the decision: reasons already known, and where to note the rules tried. */
export interface Before {
  readonly because?: readonly Reason[];
  readonly tried?: Tried[] | undefined;
}

/** The decision on digits dialled for a call on somebody's account: the caller's own, or that of whoever passes the call on. */
export function decideAs(
  caller: Caller,
  account: Account | undefined,
  dialled: string,
  call: IncomingCall,
  config: Config,
  factsFor: FactsFor,
  before: Before = {},
): RouteDecision {
  // Only the trunk's own dialling is written as the trunk writes numbers; a line that passes the call on dials like a line.
  const dialsItself = account === undefined || account.trunk !== undefined;
  const received = dialsItself && caller.is !== 'line' ? caller.trunk.numbers.received : undefined;
  const resolved = resolve(dialled, account, config, { received, tried: before.tried });
  const { destination } = resolved;
  const asked = resolved.withheld && !call.withheld ? { ...call, withheld: true } : call;
  const treated = treat(caller, account, destination, factsFor(destination, call, caller), asked, config);
  return {
    caller,
    account,
    dialled: dialled.slice(0, DIALLED_AT_MOST),
    destination,
    treatment: treated.treatment,
    because: [...(before.because ?? []), ...resolved.because, ...treated.because],
  };
}

/** More than any number has; what a stranger sends is not kept at length. */
const DIALLED_AT_MOST = 64;

function strange(call: IncomingCall, who: Reason): RouteDecision {
  return {
    caller: undefined,
    account: undefined,
    dialled: call.dialled.slice(0, DIALLED_AT_MOST),
    destination: { is: 'nowhere', why: 'stranger' },
    treatment: { do: 'refuse', why: 'stranger' },
    because: [who],
  };
}
