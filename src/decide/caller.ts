import type { Account, Caller, CallerNumber, Claims, IncomingCall, Reason } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId } from '../domain/ids.ts';
import type { Line } from '../domain/line.ts';
import type { Right } from '../domain/reach.ts';
import type { Refusal } from '../domain/refusals.ts';
import { remember } from '../domain/remember.ts';
import type { Site } from '../domain/site.ts';
import type { Trunk } from '../domain/trunk.ts';
import { ipbxNumber, operatorNumber, receivedE164 } from './caller-number.ts';
import { readDialled } from './dialled.ts';
import { emergencyNumber } from './emergency.ts';
import { numberingOf } from './numbering.ts';
import { trunkOf } from './sources.ts';

/** Who is calling, and why we think so. */
export interface Recognised {
  /** `undefined`: nobody we know. */
  readonly caller: Caller | undefined;
  /** Whose account they dial on at first. A call from outside has none. */
  readonly account: Account | undefined;
  readonly because: Reason;
  /** We know them, and they are not served. */
  readonly refused?: Refusal;
}

/** Who is calling, from what they have proved or where they come from. */
export function recognise(call: IncomingCall, config: Config): Recognised {
  return call.claims.proved === undefined ? asTrunk(call, config) : asLine(call.claims.proved, call, config);
}

/** Who is calling. `undefined`: nobody we know, or would serve. */
export function identify(call: IncomingCall, config: Config): Caller | undefined {
  const { caller, refused } = recognise(call, config);
  return refused === undefined ? caller : undefined;
}

/** Whose account a caller dials on at first. A call from outside has none. */
export function accountOf(caller: Caller): Account | undefined {
  switch (caller.is) {
    case 'line': {
      const { line, site } = caller;
      const { mayReach, rightsFrom } = rightsOf(site, line.rights);
      return { site, mayReach, rightsFrom, line: line.id };
    }
    case 'ipbx':
      return {
        site: caller.site,
        mayReach: rightsOfIpbx(caller.trunk),
        rightsFrom: `trunk ${caller.trunk.id}`,
        trunk: caller.trunk.id,
      };
    case 'outside':
      return undefined;
  }
}

type Rights = Pick<Account, 'mayReach' | 'rightsFrom'>;

/** Of a class at a site: one value for all its lines, however many there are. */
function rightsOf(site: Site, named: string): Rights {
  const known = rightsAt(site).get(named);
  if (known !== undefined) return known;
  const mayReach = site.rights.classes.get(named) ?? NOTHING;
  const rights: Rights = { mayReach, rightsFrom: `class ${named} of ${site.id}` };
  rightsAt(site).set(named, rights);
  return rights;
}

const rightsAt = remember((_: Site) => new Map<string, Rights>());
const NOTHING: ReadonlySet<Right> = new Set();
const NAME_AT_MOST = 80;

const rightsOfIpbx = remember((trunk: Trunk): ReadonlySet<Right> => new Set(trunk.ipbx?.rights ?? []));

/** Every line that has called, ready recognised: of a configuration that stays as it is while it is in force. */
const linesOf = remember((_: Config) => new Map<LineId, Recognised>());

/**
 * The password is proof of the account. All else that a phone says of itself is ignored, and it may not name another:
 * but whoever calls for help is not asked what their phone calls itself.
 */
function asLine(proved: LineId, call: IncomingCall, config: Config): Recognised {
  const known = linesOf(config).get(proved) ?? learnLine(proved, config);
  const caller = known?.caller;
  if (known === undefined || caller?.is !== 'line') return nobody(`there is no line ${proved}`);
  const { from } = call.claims;
  if (from === proved || isOwnName(from, caller.line, config)) return known;
  const says = `line ${proved} calls itself by a name that is not its own`;
  if (callsForHelp(call, caller.site, config))
    return { ...known, because: { ...known.because, says: `${says}, which does not matter for an emergency call` } };
  return { ...known, because: { ...known.because, says }, refused: 'false-name' };
}

function callsForHelp({ dialled }: IncomingCall, site: Site, config: Config): boolean {
  const digits = readDialled(dialled);
  return digits !== undefined && emergencyNumber(digits, site.outsideLine.prefix, numberingOf(config)) !== undefined;
}

function learnLine(id: LineId, config: Config): Recognised | undefined {
  const line = config.lines.get(id);
  const site = line && config.sites.get(line.site);
  if (line === undefined || site === undefined) return undefined;
  const caller: Caller = { is: 'line', line, site };
  const because: Reason = { room: 'caller', says: `line ${id} proved its password`, config: line.config };
  const learned: Recognised = { caller, account: accountOf(caller), because };
  linesOf(config).set(id, learned);
  return learned;
}

/** A phone that withholds its number signs as anonymous (RFC 3323 §4.1.1.3). Softphones write a number in any form. */
function isOwnName(from: string, line: Line, config: Config): boolean {
  if (from === line.extension || from === line.did || from.toLowerCase() === 'anonymous') return true;
  const digits = line.did === undefined ? undefined : readDialled(from);
  return digits !== undefined && receivedE164(digits, 'e164', numberingOf(config)) === line.did;
}

function asTrunk(call: IncomingCall, config: Config): Recognised {
  const { address } = call.source;
  const found = trunkOf(call.source, config);
  const caller = found && callerOn(found.trunk, call, config);
  if (found === undefined || caller === undefined)
    return nobody(`${address} is no source of any trunk, and no line has proved its password`);
  const { id } = found.trunk;
  const because: Reason = {
    room: 'caller',
    says: `${address} is trunk ${id}`,
    config: `trunks.${id}.sources[${found.index}]`,
  };
  return { caller, account: accountOf(caller), because };
}

function nobody(says: string): Recognised {
  return { caller: undefined, account: undefined, because: { room: 'caller', says } };
}

function callerOn(trunk: Trunk, { claims }: IncomingCall, config: Config): Caller | undefined {
  const name = claims.displayName === undefined ? undefined : { name: claims.displayName.slice(0, NAME_AT_MOST) };
  if (trunk.role === 'operator') {
    const number = numberOn(trunk, claims, config, operatorNumber);
    return number === undefined ? { is: 'outside', trunk, ...name } : { is: 'outside', trunk, number, ...name };
  }
  const site = trunk.ipbx && config.sites.get(trunk.ipbx.site);
  if (site === undefined) return undefined;
  const number = numberOn(trunk, claims, config, ipbxNumber);
  return number === undefined ? { is: 'ipbx', trunk, site, ...name } : { is: 'ipbx', trunk, site, number, ...name };
}

/** From the header the trunk is configured for. Where an asserted identity is missing or no number, From is as good a peer's word. */
function numberOn(
  trunk: Trunk,
  { asserted, from }: Claims,
  config: Config,
  read: typeof operatorNumber,
): CallerNumber | undefined {
  const first = trunk.callerNumber === 'from' || asserted === undefined ? undefined : read(asserted, trunk, config);
  return first ?? read(from, trunk, config);
}
