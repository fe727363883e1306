import type {
  Account,
  Caller,
  Destination,
  Facts,
  IncomingCall,
  PassedOn,
  Reason,
  RouteDecision,
} from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId } from '../domain/ids.ts';
import type { Refusal } from '../domain/refusals.ts';
import type { NumberFormat } from '../domain/trunk.ts';
import type { Wishes } from '../domain/wishes.ts';
import { accountOf, type Recognised, recognise } from './caller.ts';
import { resolve, type Tried } from './dial-plan.ts';
import { treatFeature } from './feature.ts';
import { asWished } from './forwarding.ts';
import type { Treated } from './treated.ts';
import { treat } from './treatment.ts';

/** The look-up between the two pure halves: one snapshot about this destination. */
export type FactsFor = (about: Destination, call: IncomingCall, caller: Caller) => Facts;

/**
 * The decision on a call that comes in: who calls, on whose account, where the digits lead, what shall happen.
 * The live path, `explain`, the tests and the bench all ask here. Total: it never throws for anything that came from outside.
 * `tried`, when given, is filled with every rule that was looked at.
 */
export function decide(call: IncomingCall, config: Config, factsFor: FactsFor, tried?: Tried[]): RouteDecision {
  const known = recognise(call, config);
  const { caller, account, because, refused } = known;
  if (caller === undefined || refused !== undefined) return notServed(call, known, refused ?? 'stranger');
  return decideAs(caller, account, call.dialled, call, config, factsFor, { because: [because], tried });
}

/** What goes before the decision: reasons already known, how often we passed the call on, and where to note the rules tried. */
export interface Before {
  readonly because?: readonly Reason[];
  readonly tried?: Tried[] | undefined;
  readonly hops?: number;
  /** The lines that passed the call on in this decision, the last one first. */
  readonly passedOn?: readonly PassedOn[];
  /** How many further decisions may be asked for. */
  readonly ways?: number;
}

/**
 * Of one call. Lines whose forwards lead to each other have more ways than anybody would follow: the wishes of a line share
 * what is left in equal parts, so that a chain goes as far as it may and a tangle is cut short on every side.
 */
const waysAtMost = 120;

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
  const received = writtenBy(caller, account, config);
  const resolved = resolve(dialled, account, config, { received, tried: before.tried });
  const { destination } = resolved;
  const { hops = 0, passedOn = [], ways = waysAtMost } = before;
  const known = factsFor(destination, call, caller);
  const facts: Facts = hops === 0 ? known : { ...known, hops: known.hops + hops, passedOn };
  const withheld = resolved.withheld || hidesNumber(account, facts, caller);
  const asked = withheld && !call.withheld ? { ...call, withheld: true } : call;
  const dialFor: DialFor = (from, digits, more) =>
    more.ways < 1
      ? tooManyWays(caller, from, digits)
      : decideAs(caller, from, digits, asked, config, factsFor, { hops: hops + 1, ...more });
  const ofFeature =
    destination.is === 'feature'
      ? treatFeature(destination.code, account, wishesOf(account?.line, facts), config, (digits) =>
          dialFor(account, digits, { passedOn, ways: 1 }),
        )
      : undefined;
  const treated =
    ofFeature ??
    wished(treat(caller, account, destination, facts, asked, config), destination, {
      caller,
      account,
      call: asked,
      facts,
      config,
      ways: ways - 1,
      dialFor,
    });
  return {
    caller,
    account,
    dialled: dialled.slice(0, DIALLED_AT_MOST),
    destination,
    treatment: treated.treatment,
    because: joined(before.because, resolved.because, treated.because),
  };
}

/** Only a trunk's own dialling is written as the trunk writes numbers; a line that passes the call on dials like a line. */
function writtenBy(caller: Caller, account: Account | undefined, config: Config): NumberFormat | undefined {
  if (account === undefined) return caller.is === 'line' ? undefined : caller.trunk.numbers.received;
  return account.trunk && config.trunks.get(account.trunk)?.numbers.received;
}

type DialFor = (
  from: Account | undefined,
  digits: string,
  more: Required<Pick<Before, 'passedOn' | 'ways'>>,
) => RouteDecision;

interface Situation {
  readonly caller: Caller;
  readonly account: Account | undefined;
  readonly call: IncomingCall;
  readonly facts: Facts;
  readonly config: Config;
  /** What is left of the ways that may be followed. */
  readonly ways: number;
  readonly dialFor: DialFor;
}

/** A line is treated as its owner wishes; everything else as it is. */
function wished(treated: Treated, destination: Destination, situation: Situation): Treated {
  const { caller, call, facts, config, dialFor } = situation;
  if (destination.is !== 'line') return treated;
  const { line, site } = destination;
  const wishes = facts.wishes?.get(line.id) ?? (line.filter && NO_WISHES);
  // What was refused before the line was asked (a loop, no room) is not forwarded either.
  if (wishes === undefined || (treated.treatment.do === 'refuse' && treated.treatment.why !== 'unreachable'))
    return treated;
  const from = accountOf({ is: 'line', line, site });
  const ways = Math.floor(situation.ways / Math.max(1, waysOf(wishes) + (line.filter?.secretary.length ?? 0)));
  return asWished(treated, {
    line,
    site,
    wishes,
    caller,
    call,
    config,
    at: facts.at,
    account: situation.account,
    isUnreachable: facts.contacts.get(line.id) === 0,
    isBusy: facts.linesBusy?.has(line.id) === true,
    dial: (digits, reason) => {
      const passed = reason === undefined ? { line: line.id } : { line: line.id, reason };
      return dialFor(from, digits, { passedOn: [passed, ...(facts.passedOn ?? [])], ways });
    },
  });
}

/** How many numbers these wishes lead on to. */
function waysOf({ forwards = {}, selective = [], twin }: Wishes): number {
  return Object.keys(forwards).length + selective.length + (twin === undefined ? 0 : 1);
}

function tooManyWays(caller: Caller, account: Account | undefined, digits: string): RouteDecision {
  const because: Reason = { room: 'loop', says: 'the forwards of these lines lead on and on' };
  const destination: Destination = { is: 'nowhere', why: 'loop' };
  return {
    ...{ caller, account, dialled: digits, destination },
    treatment: { do: 'refuse', why: 'loop' },
    because: [because],
  };
}

const NO_WISHES: Wishes = {};

function wishesOf(line: LineId | undefined, facts: Facts): Wishes {
  return (line && facts.wishes?.get(line)) || NO_WISHES;
}

/** Permanent CLIR: of the line's own calls, not of those it forwards. */
function hidesNumber(account: Account | undefined, facts: Facts, caller: Caller): boolean {
  return caller.is === 'line' && account?.line === caller.line.id && wishesOf(account.line, facts).hidesNumber === true;
}

/** The trail in one piece. A loop, since every decision comes by here. */
function joined(
  before: readonly Reason[] | undefined,
  resolved: readonly Reason[],
  treated: readonly Reason[],
): readonly Reason[] {
  const all: Reason[] = [];
  if (before !== undefined) for (const reason of before) all.push(reason);
  for (const reason of resolved) all.push(reason);
  for (const reason of treated) all.push(reason);
  return all;
}

/** More than any number has; what a stranger sends is not kept at length. */
const DIALLED_AT_MOST = 64;

function notServed(call: IncomingCall, { caller, account, because }: Recognised, why: Refusal): RouteDecision {
  return {
    caller,
    account,
    dialled: call.dialled.slice(0, DIALLED_AT_MOST),
    destination: { is: 'nowhere', why },
    treatment: { do: 'refuse', why },
    because: [because],
  };
}
