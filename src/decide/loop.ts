import type { Account, Caller, Destination, Diversion, Facts, IncomingCall, Reason } from '../domain/call.ts';
import type { TrunkId } from '../domain/ids.ts';
import type { Refusal } from '../domain/refusals.ts';

/** A call that goes in circles, or was passed on too often. `undefined`: it does not. Emergency calls are not asked. */
export function goesRound(
  caller: Caller,
  account: Account | undefined,
  destination: Destination,
  facts: Facts,
  call: IncomingCall,
): Round | undefined {
  // RFC 3261 §16.3 step 3: with Max-Forwards 0 a request is not forwarded.
  if (call.maxForwards <= 0) return { why: 'too-many-hops', because: says('Max-Forwards is used up') };
  const { passedOn = [] } = facts;
  if (destination.is === 'line' && passedOn.some(({ line }) => line === destination.line.id)) {
    return { why: 'loop', because: says(`${destination.line.id} has passed this call on itself`) };
  }
  const told = caller.is === 'line' ? 0 : timesDiverted(call.diversions);
  if (told + facts.hops > HOPS_AT_MOST) {
    return { why: 'loop', because: says(`passed on ${told + facts.hops} times, ${HOPS_AT_MOST} is the most`) };
  }
  if (destination.is === 'ipbx' && cameFrom(account, destination.trunk.id)) {
    return { why: 'loop', because: says(`it came from trunk ${destination.trunk.id} and would go back there`) };
  }
  return undefined;
}

/** Is this the trunk the one who dials came by? A call that a line passed on may go back: it was dialled anew. */
export function cameFrom(account: Account | undefined, trunk: TrunkId): boolean {
  return account?.trunk === trunk;
}

export interface Round {
  readonly why: Refusal;
  readonly because: Reason;
}

const HOPS_AT_MOST = 5;

/** RFC 5806 §4: `counter` is how often this party diverted the call. */
function timesDiverted(diversions: readonly Diversion[]): number {
  let times = 0;
  for (const { counter } of diversions) times += Number.isInteger(counter) && counter > 1 ? counter : 1;
  return times;
}

function says(text: string): Reason {
  return { room: 'loop', says: text };
}
