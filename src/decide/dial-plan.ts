import type { Account, Destination, Reason } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { CompiledRule } from '../domain/dial-rule.ts';
import { type Fit, fit as fitOf } from '../domain/pattern.ts';
import type { Refusal } from '../domain/refusals.ts';
import type { Site } from '../domain/site.ts';
import type { NumberFormat } from '../domain/trunk.ts';
import { receivedE164 } from './caller-number.ts';
import { behindClir } from './clir.ts';
import { readDialled } from './dialled.ts';
import { emergencyNumber, emergencyTrunks } from './emergency.ts';
import { classify, isShort, numberingOf } from './numbering.ts';
import type { NumberingPlan } from './numbering-plan.ts';
import { becauseOfRights, mayReach } from './rights.ts';
import { extensionReaches, publicReaches, type Reached, shortNumberReaches } from './town-numbers.ts';

/** Where the digits lead, and why. */
export interface Resolved {
  readonly destination: Destination;
  /** The caller asked by the digits (`3651…`, `#31#…`) not to be shown. */
  readonly withheld: boolean;
  readonly because: readonly Reason[];
}

/** One rule that was looked at, and whether the digits fitted it. */
export interface Tried {
  readonly rule: CompiledRule;
  readonly fit: Fit;
}

/** How a trunk writes numbers, when one is dialling; and where to note the rules tried, when somebody wants to read them. */
export interface Dialling {
  readonly received?: NumberFormat | undefined;
  readonly tried?: Tried[] | undefined;
}

/**
 * Where the digits lead: emergency numbers before all else, then the site's rules, then numbers dialled with their +.
 * With no account they can only be a public number of the town.
 */
export function resolve(
  dialled: string,
  account: Account | undefined,
  config: Config,
  dialling: Dialling = {},
): Resolved {
  const digits = readDialled(dialled);
  if (digits === undefined) return nowhere('malformed', { room: 'dial plan', says: 'what was dialled is no number' });
  if (account === undefined) return fromOutside(digits, config, dialling.received ?? 'e164');

  const plan = numberingOf(config);
  const { site } = account;
  const emergency = emergencyNumber(digits, site.outsideLine.prefix, plan);
  if (emergency !== undefined) return toEmergency(emergency, site, config);
  const behind = behindClir(digits, plan);
  const context: Context = { account, config, plan, dialling };
  const resolved = bySite(behind ?? digits, context);
  return behind === undefined ? resolved : withheld(resolved);
}

interface Context {
  readonly account: Account;
  readonly config: Config;
  readonly plan: NumberingPlan;
  readonly dialling: Dialling;
}

/** From the public network: the town's own numbers and nothing else, so no call from outside can reach a trunk to outside. */
function fromOutside(digits: string, config: Config, received: NumberFormat): Resolved {
  const e164 = receivedE164(digits, received, numberingOf(config));
  const own = e164 && publicReaches(e164, config);
  const found = own ?? (received === 'extension' ? extensionReaches(digits, config) : undefined);
  const number = e164 ?? digits;
  if (found === undefined)
    return nowhere('unallocated', { room: 'dial plan', says: `${number} is no number of the town` });
  return to(found.destination, { room: 'dial plan', says: `${number} is a number of the town: ${found.label}` });
}

function bySite(digits: string, context: Context): Resolved {
  const { account, dialling, plan } = context;
  const fromTrunk = account.trunk === undefined ? undefined : dialling.received;
  if (fromTrunk === 'e164' || fromTrunk === 'national') {
    const e164 = receivedE164(digits, fromTrunk, plan);
    if (e164 !== undefined) {
      const says = `trunk ${account.trunk} writes its numbers in ${fromTrunk} form`;
      return toOutside(e164, [{ room: 'dial plan', says }], context);
    }
  }
  const rule = ruleFor(digits, account.site.plan, dialling.tried);
  if (rule !== undefined) return byRule(digits, rule, context);
  if (digits.startsWith('+')) {
    return toOutside(digits, [{ room: 'dial plan', says: 'a number dialled with its + needs no rule' }], context);
  }
  if (fromTrunk === 'national' && isShort(digits, plan)) {
    return toOutside(
      digits,
      [{ room: 'dial plan', says: `trunk ${account.trunk} dials short numbers as they are` }],
      context,
    );
  }
  if (account.line !== undefined && /^[*#]/.test(digits)) {
    return to({ is: 'feature', code: digits }, { room: 'dial plan', says: `${digits} is a star code` });
  }
  return nowhere('unallocated', { room: 'dial plan', says: `no rule of ${account.site.id} fits ${digits}` });
}

/** The plan is sorted, most specific first, so the first that fits is the one. */
function ruleFor(digits: string, rules: readonly CompiledRule[], tried: Tried[] | undefined): CompiledRule | undefined {
  for (const rule of rules) {
    const how = fitOf(rule.pattern, digits);
    tried?.push({ rule, fit: how });
    if (how === 'fits') return rule;
  }
  return undefined;
}

function byRule(digits: string, { rule, config: where }: CompiledRule, context: Context): Resolved {
  const { account, config } = context;
  const number = rule.prepend + digits.slice(rule.strip);
  const because: Reason = {
    room: 'dial plan',
    says: `${digits} fits ${rule.match}: ${rule.to} ${number}`,
    config: where,
  };
  switch (rule.to) {
    case 'extension':
      return inside(extensionReaches(number, config), number, [because], account);
    case 'short-number':
      return inside(shortNumberReaches(number, account.site.id, config), number, [because], account);
    case 'outside':
      return toOutside(number, [because], context);
    case 'feature':
      return to({ is: 'feature', code: number }, because);
    case 'refuse':
      return nowhere('barred', because);
  }
}

/** A number of the public network, perhaps one of our own, perhaps behind a prefix that withholds the caller's. */
function toOutside(number: string, because: readonly Reason[], context: Context): Resolved {
  const { account, config, plan } = context;
  const behind = behindClir(number, plan);
  if (behind !== undefined) return withheld(toOutside(behind, because, context));
  const { outsideLine } = account.site;
  const read = classify(number, plan, outsideLine.localArea);
  if (read === undefined) {
    return nowhere('malformed', ...because, {
      room: 'numbering',
      says: `${number} is no number of the public network`,
    });
  }
  // A rule of the site's own may take off more than its outside prefix: what is left is an emergency number all the same.
  if ('short' in read.number && read.reach === 'emergency') return toEmergency(read.number.short, account.site, config);
  const own = 'e164' in read.number ? publicReaches(read.number.e164, config) : undefined;
  if (own !== undefined) {
    const stays: Reason = { room: 'numbering', says: `${number} is one of the town’s own: the call stays inside` };
    return inside(own, number, [...because, stays], account);
  }
  const what: Reason = { room: 'numbering', says: `${number} is ${read.reach}: ${read.what}` };
  const rights = becauseOfRights(account, read.reach);
  if (!mayReach(account, read.reach)) return nowhere('barred', ...because, what, rights);
  const via = (read.reach === 'international' ? outsideLine.international : undefined) ?? outsideLine.trunks;
  return to({ is: 'outside', reach: read.reach, number: read.number, via }, ...because, what, rights);
}

function toEmergency(number: string, site: Site, config: Config): Resolved {
  const because: Reason = { room: 'emergency', says: `${number} is an emergency number: nothing bars it` };
  return to({ is: 'emergency', number, site, via: emergencyTrunks(site, config) }, because);
}

/** Somebody in the town, if the account may ring them. */
function inside(reached: Reached | undefined, number: string, because: readonly Reason[], account: Account): Resolved {
  if (reached === undefined) {
    return nowhere('unallocated', ...because, { room: 'dial plan', says: `nobody has ${number}` });
  }
  const found: Reason =
    number === reached.number ? reached.because : { room: 'dial plan', says: `${number} is ${reached.label}` };
  const destination: Destination = mayReach(account, 'internal') ? reached.destination : BARRED;
  return { destination, withheld: false, because: [...because, found, becauseOfRights(account, 'internal')] };
}

const BARRED: Destination = { is: 'nowhere', why: 'barred' };

function to(destination: Destination, ...because: readonly Reason[]): Resolved {
  return { destination, withheld: false, because };
}

function nowhere(why: Refusal, ...because: readonly Reason[]): Resolved {
  return to({ is: 'nowhere', why }, ...because);
}

function withheld(resolved: Resolved): Resolved {
  const because: Reason = { room: 'caller id', says: 'the digits ask that the caller’s number is withheld' };
  return { ...resolved, withheld: true, because: [because, ...resolved.because] };
}
