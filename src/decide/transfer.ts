import type {
  Account,
  Caller,
  Claims,
  Confer,
  IncomingCall,
  Park,
  Reason,
  RouteDecision,
  Target,
} from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Trunk } from '../domain/trunk.ts';
import { accountOf } from './caller.ts';
import { operatorNumber } from './caller-number.ts';
import { decideAs, type FactsFor } from './decide-call.ts';
import { type Feature, readFeatureCode } from './feature-code.ts';
import { extensionOf, ownerOfExtension } from './town-numbers.ts';
import { refuseWith } from './treated.ts';

/** Who wishes whom to be connected with what. */
export interface TransferWish {
  readonly transferor: Caller;
  readonly transferee: Caller;
  /** What the transferor would dial: the user part of Refer-To (RFC 3515 §2.1). */
  readonly to: string;
  /** The transferee is who called in the first place: their wish to be withheld, and their history, stay with the call. */
  readonly isCaller: boolean;
}

/** The call as it goes on, and what shall happen with it. */
export interface TransferDecision extends RouteDecision {
  readonly call: IncomingCall;
}

/**
 * The decision on a transfer: dialled on the account of whoever transfers, with their rights and their dial plan; shown is who
 * is transferred. Star codes are nobody's to transfer to, since they change the wishes of whoever dials them.
 */
export function decideTransfer(
  wish: TransferWish,
  before: IncomingCall,
  config: Config,
  factsFor: FactsFor,
): TransferDecision {
  const { transferor, transferee, to, isCaller } = wish;
  const call = asTransferred(before, wish);
  const account = accountOf(transferor);
  const by: Reason = { room: 'line', says: `${nameOf(transferor)} transfers ${nameOf(transferee)}` };
  const no = account === undefined ? `${nameOf(transferor)} is not of the town` : whyNot(transferor, config);
  if (account === undefined || no !== undefined)
    return { ...barred(wish, account, { room: 'rights', says: no ?? '' }), call };
  const decision = decideAs(transferee, account, to, call, config, factsFor, { because: [by], hops: isCaller ? 0 : 1 });
  const { destination } = decision;
  if (destination.is !== 'feature') return { ...decision, call };
  const waits = waitsFor(decision, readFeatureCode(destination.code), wish, config);
  if (waits !== undefined) return { ...waitingFor(decision, waits, wish, call, config, factsFor), call };
  const { treatment, because } = refuseWith('no-such-feature', ...decision.because, {
    room: 'line',
    says: 'nobody is transferred to a star code',
  });
  return { ...decision, treatment, because, call };
}

/** Where the transferee waits for somebody: less `otherwise`, and said in words. */
interface Waits {
  readonly step: Omit<Park, 'otherwise'> | Omit<Confer, 'otherwise'>;
  readonly says: string;
}

/** Parked at the site of whoever transfers, or waiting for a conference of theirs; no other star code is anybody's to transfer to. */
function waitsFor(
  { account }: RouteDecision,
  feature: Feature | undefined,
  { transferor }: TransferWish,
  { exchange }: Config,
): Waits | undefined {
  if (transferor.is !== 'line' || account === undefined) return undefined;
  const { site, line } = transferor;
  const seconds = exchange.parking.recallSeconds;
  if (feature?.is === 'park') {
    const { place } = feature;
    const step = { do: 'park', site: site.id, ...(place !== undefined && { place }), seconds } as const;
    return { step, says: `is parked at ${site.id}` };
  }
  if (feature?.is !== 'confer') return undefined;
  return {
    step: { do: 'confer', room: line.id, as: 'guest', seconds },
    says: `waits for the conference of ${line.id}`,
  };
}

/** Whoever transferred is rung again when nobody has come in time. */
function waitingFor(
  decision: RouteDecision,
  { step, says }: Waits,
  { transferor, transferee }: TransferWish,
  call: IncomingCall,
  config: Config,
  factsFor: FactsFor,
): RouteDecision {
  if (transferor.is !== 'line' || decision.account === undefined) return decision;
  const { line } = transferor;
  const { treatment: otherwise } = decideAs(transferee, decision.account, line.extension, call, config, factsFor);
  const because: Reason = { room: 'line', says: `${says}, and rings ${line.id} again after ${step.seconds} s` };
  return {
    ...decision,
    treatment: { ...step, otherwise },
    // The last reason is what dialling the code would come to.
    because: [...decision.because.slice(0, -1), because],
  };
}

/** May they transfer at all? Lines and the town's IPBX, as far as the exchange lets them; nobody from outside. */
export function mayTransfer(who: Caller | undefined, config: Config): who is Caller {
  return who !== undefined && whyNot(who, config) === undefined;
}

/** Who has answered, as somebody who calls. `undefined`: they are not in this configuration. */
export function calleeAsCaller(target: Target, config: Config): Caller | undefined {
  if (target.is === 'line') {
    const line = config.lines.get(target.line);
    const site = line && config.sites.get(line.site);
    return line && site && { is: 'line', line, site };
  }
  const trunk = config.trunks.get(target.trunk);
  return trunk && onTrunk(trunk, target.leaving.called, config);
}

function onTrunk(trunk: Trunk, called: string, config: Config): Caller | undefined {
  const asSent = { ...trunk, numbers: { ...trunk.numbers, received: trunk.numbers.sent } };
  const read = operatorNumber(called, asSent, config);
  if (trunk.role === 'operator') return { is: 'outside', trunk, ...(read && { number: read }) };
  const site = trunk.ipbx && config.sites.get(trunk.ipbx.site);
  if (site === undefined) return undefined;
  const extension = read && 'e164' in read ? extensionOf(read.e164, config) : called;
  const isIts = extension !== undefined && ownerOfExtension(extension, config)?.is === 'ipbx';
  const number = isIts ? { extension } : read;
  return { is: 'ipbx', trunk, site, ...(number && { number }) };
}

function whyNot(who: Caller, { exchange }: Config): string | undefined {
  if (who.is === 'outside') return 'nobody from outside transfers calls of the town';
  const isAllowed = who.is === 'line' ? exchange.transfers.lines : exchange.transfers.ipbx;
  return isAllowed ? undefined : `transfers by ${who.is === 'line' ? 'lines' : 'the IPBX'} are switched off`;
}

function barred(
  { transferee, to }: TransferWish,
  account: Account | undefined,
  ...because: readonly Reason[]
): RouteDecision {
  const { treatment } = refuseWith('barred');
  const destination = { is: 'nowhere', why: 'barred' } as const;
  return { caller: transferee, account, dialled: to.slice(0, dialledAtMost), destination, treatment, because };
}

const dialledAtMost = 64;

/** The transferee calls, as it were. A callee has no history and asked for nothing. */
function asTransferred(call: IncomingCall, { transferee, to, isCaller }: TransferWish): IncomingCall {
  if (isCaller) return { ...call, dialled: to };
  return { ...call, dialled: to, claims: claimsOf(transferee), withheld: false, diversions: [] };
}

function claimsOf(who: Caller): Claims {
  if (who.is === 'line') return { from: who.line.extension, proved: who.line.id };
  const { number } = who;
  return { from: number === undefined ? '' : 'e164' in number ? number.e164 : number.extension };
}

function nameOf(who: Caller): string {
  return who.is === 'line' ? `line ${who.line.id}` : `a party on trunk ${who.trunk.id}`;
}
