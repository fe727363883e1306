import type { Account, Caller, Shown } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { E164 } from '../domain/numbers.ts';
import type { Service } from '../domain/service.ts';
import type { Site } from '../domain/site.ts';
import type { Trunk } from '../domain/trunk.ts';
import { asRead, numberingOf } from './numbering.ts';
import { ownerOfExtension, publicOf } from './town-numbers.ts';
import { writtenOn } from './written.ts';

/** What is shown on a trunk, and what the network is told besides. */
export interface Identity {
  readonly shows: Shown;
  /** For P-Asserted-Identity: also when the number is withheld (RFC 3325 §9). */
  readonly asserted?: string;
  /** Shown instead, once, when the far end refuses the number. */
  readonly ifRefused?: Shown;
}

/** What a phone of the town gets to see: extension and name of a colleague, the number of a caller from outside. */
export function shownInside(caller: Caller, withheld: boolean, config: Config): Shown {
  // RFC 3323 §4.2: who asks for privacy gets it from a colleague's display too.
  if (withheld) return WITHHELD;
  if (caller.is === 'line') return { number: caller.line.extension, name: caller.line.name, withheld: false };
  const { number } = caller;
  const text =
    number === undefined
      ? undefined
      : 'extension' in number
        ? number.extension
        : asRead(number.e164, numberingOf(config));
  return shown(text, caller.name);
}

/** What an IPBX gets to see: the same, in its own number format. It is ours, so it is told who withholds. */
export function shownToIpbx(caller: Caller, trunk: Trunk, withheld: boolean, config: Config): Identity {
  const number = ownNumber(caller);
  if (number === undefined) return { shows: withheld ? WITHHELD : shown(undefined, nameOf(caller)) };
  const asserted =
    'extension' in number
      ? extensionOn(trunk, number.extension, caller, config)
      : writtenOn(trunk, number.e164, config);
  return { shows: withheld ? WITHHELD : shown(asserted, nameOf(caller)), asserted };
}

/**
 * What the public network gets to see. The number shown is the caller's as configured, or the one an outside caller came with;
 * where the contract does not let us show it, the trunk's `otherwiseShow`. What is asserted is always a number of ours.
 */
export function shownOutside(
  caller: Caller,
  account: Account | undefined,
  trunk: Trunk,
  withheld: boolean,
  config: Config,
): Identity {
  const own = ourNumber(caller, account, config);
  const original = passedOn(caller) ?? own;
  const forwarder = forwardedBy(caller, account, config);
  const number =
    forwarder === undefined ? allowed(original, trunk) : shownOfForward(original, forwarder, trunk.forwardsShow, trunk);
  const asserted = allowed(own, trunk);
  const line = forwarder && trunk.forwardsShow === 'automatic' ? allowed(forwarder, trunk) : undefined;
  return {
    shows: shownOr(number, trunk, withheld, config),
    ...(asserted !== undefined && { asserted: writtenOn(trunk, asserted, config) }),
    ...(line !== undefined && line !== number && !withheld && { ifRefused: shownOr(line, trunk, false, config) }),
  };
}

function shownOr(number: E164 | undefined, trunk: Trunk, withheld: boolean, config: Config): Shown {
  return withheld || number === undefined ? WITHHELD : shown(writtenOn(trunk, number, config), undefined);
}

/** The number of the line that passes somebody else's call on; `undefined`: nobody does. */
function forwardedBy(caller: Caller, account: Account | undefined, config: Config): E164 | undefined {
  const line = account?.line && config.lines.get(account.line);
  if (account === undefined || line === undefined) return undefined;
  if (caller.is === 'line' && caller.line.id === line.id) return undefined;
  return numberOfLine({ line, site: account.site });
}

/** Whose number the far end of a forward is shown. Networks that allow no foreign number say so by a refusal, or in the contract. */
function shownOfForward(
  original: E164 | undefined,
  forwarder: E164,
  policy: Trunk['forwardsShow'],
  trunk: Trunk,
): E164 | undefined {
  if (policy === 'line') return allowed(forwarder, trunk);
  if (policy === 'original') return original;
  return original !== undefined && mayShow(original, trunk) ? original : allowed(forwarder, trunk);
}

/** What the emergency services see: the site's number for it, never withheld, so that they can call back and find it (CPCE D.98-8). */
export function shownForEmergency(site: Site, trunk: Trunk, config: Config): Identity {
  const number = writtenOn(trunk, site.emergency.number, config);
  return { shows: { number, withheld: false }, asserted: number };
}

interface Calling {
  readonly caller: Caller;
  readonly account: Account | undefined;
  readonly withheld: boolean;
  readonly config: Config;
}

/**
 * What a mobile sees of a call that a service sends on to it: the number of the service, the caller’s, or another of the town’s.
 * What is asserted is always the service’s own.
 */
export function shownAsService(
  { shown: policy, numbers }: Pick<Service, 'shown' | 'numbers'>,
  trunk: Trunk,
  { caller, account, withheld, config }: Calling,
): Identity {
  const own = allowed(numbers[0], trunk);
  const asserted = own === undefined ? {} : { asserted: writtenOn(trunk, own, config) };
  if (policy === 'caller') {
    const original = shownOutside(caller, account, trunk, withheld, config);
    const instead = own === undefined ? undefined : shownOr(own, trunk, false, config);
    const isTriedAgain = instead !== undefined && !withheld && instead.number !== original.shows.number;
    return { ...original, ...asserted, ...(isTriedAgain && { ifRefused: instead }) };
  }
  const number = policy === 'service' ? own : allowed(policy, trunk);
  const shows = number === undefined ? WITHHELD : shown(writtenOn(trunk, number, config), undefined);
  return { shows, ...asserted };
}

/** Does the contract let us show this number on this trunk? No list: every one. */
export function mayShow(number: E164, trunk: Trunk): boolean {
  if (trunk.mayShow.length === 0) return true;
  return trunk.mayShow.some(({ from, to }) => number.length === from.length && number >= from && number <= to);
}

const WITHHELD: Shown = { withheld: true };

/** `exactOptionalPropertyTypes`: what is not known is left out. */
function shown(number: string | undefined, name: string | undefined): Shown {
  if (number === undefined) return name === undefined ? { withheld: false } : { name, withheld: false };
  return name === undefined ? { number, withheld: false } : { number, name, withheld: false };
}

function nameOf(caller: Caller): string | undefined {
  return caller.is === 'line' ? caller.line.name : caller.name;
}

function allowed(number: E164 | undefined, trunk: Trunk): E164 | undefined {
  return number !== undefined && mayShow(number, trunk) ? number : (trunk.otherwiseShow ?? undefined);
}

/** A caller's public number, when it is not one of ours to choose: from outside, or passed on by the IPBX. */
function passedOn(caller: Caller): E164 | undefined {
  if (caller.is === 'line' || caller.number === undefined) return undefined;
  return 'e164' in caller.number ? caller.number.e164 : undefined;
}

/** The number of the town that stands for this call: of the line, of the IPBX extension, else of the site that pays for it. */
function ourNumber(caller: Caller, account: Account | undefined, config: Config): E164 | undefined {
  if (caller.is === 'line') return numberOfLine(caller);
  if (caller.is === 'ipbx') {
    const extension = caller.number && 'extension' in caller.number ? caller.number.extension : undefined;
    const hasNumber = extension !== undefined && ownerOfExtension(extension, config) !== undefined;
    return (hasNumber ? publicOf(extension, config) : undefined) ?? caller.site.mainNumber;
  }
  const line = account?.line && config.lines.get(account.line);
  return account && (line ? numberOfLine({ line, site: account.site }) : account.site.mainNumber);
}

function numberOfLine({ line, site }: Pick<Extract<Caller, { is: 'line' }>, 'line' | 'site'>): E164 {
  if (line.shown === 'site') return site.mainNumber;
  if (line.shown === 'line') return line.did ?? site.mainNumber;
  return line.shown;
}

function ownNumber(caller: Caller): { readonly e164: E164 } | { readonly extension: string } | undefined {
  return caller.is === 'line' ? { extension: caller.line.extension } : caller.number;
}

/** An IPBX that writes public numbers gets a colleague's, so that it can call back; without one, the extension. */
function extensionOn(trunk: Trunk, extension: string, caller: Caller, config: Config): string {
  if (trunk.numbers.sent === 'extension') return extension;
  const number = caller.is === 'line' ? caller.line.did : publicOf(extension, config);
  return number === undefined ? extension : writtenOn(trunk, number, config);
}
