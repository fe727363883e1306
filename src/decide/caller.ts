import type { Account, Caller, IncomingCall, Reason } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Line } from '../domain/line.ts';
import type { Right } from '../domain/reach.ts';
import type { Site } from '../domain/site.ts';
import type { Trunk } from '../domain/trunk.ts';
import { ipbxNumber, operatorNumber } from './caller-number.ts';
import { remember } from './remember.ts';
import { trunkAt } from './sources.ts';

/** Who is calling, from what they have proved or where they come from. `undefined`: nobody we know. */
export function identify(call: IncomingCall, config: Config): Caller | undefined {
  return call.claims.proved === undefined ? asTrunk(call, config) : asLine(call, config);
}

/** Whose account a caller dials on at first. A call from outside has none. */
export function accountOf(caller: Caller): Account | undefined {
  switch (caller.is) {
    case 'line': {
      const { line, site } = caller;
      return {
        site,
        mayReach: site.rights.classes.get(line.rights) ?? NOTHING,
        rightsFrom: `class ${line.rights} of ${site.id}`,
        line: line.id,
      };
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

/** Why we think so, for people. */
export function becauseOfCaller(caller: Caller | undefined, call: IncomingCall, config: Config): Reason {
  if (caller === undefined) {
    const says =
      call.claims.proved === undefined
        ? `${call.source.address} is no source of any trunk, and no line has proved its password`
        : `${call.claims.proved} calls itself by a name that is not its own`;
    return { room: 'caller', says };
  }
  if (caller.is === 'line') {
    return { room: 'caller', says: `line ${caller.line.id} proved its password`, config: caller.line.config };
  }
  const { id } = caller.trunk;
  const from = trunkAt(call.source.address, call.source.port, config);
  return {
    room: 'caller',
    says: `${call.source.address} is trunk ${id}`,
    config: `trunks.${id}.sources[${from?.index ?? 0}]`,
  };
}

const NOTHING: ReadonlySet<Right> = new Set();
const NAME_AT_MOST = 80;

const rightsOfIpbx = remember((trunk: Trunk): ReadonlySet<Right> => new Set(trunk.ipbx?.rights ?? []));

/** The password is proof of the account. All else that a phone says of itself is ignored, and it may not name another. */
function asLine(call: IncomingCall, config: Config): Caller | undefined {
  const { proved, from } = call.claims;
  const line = proved && config.lines.get(proved);
  const site = line && config.sites.get(line.site);
  return line && site && isOwnName(from, line) ? { is: 'line', line, site } : undefined;
}

/** A phone that withholds its number signs as anonymous (RFC 3323 §4.1.1.3). */
function isOwnName(from: string, line: Line): boolean {
  return (
    from === line.id ||
    from === line.extension ||
    from.toLowerCase() === 'anonymous' ||
    (line.did !== undefined && from === line.did)
  );
}

function asTrunk(call: IncomingCall, config: Config): Caller | undefined {
  const trunk = trunkAt(call.source.address, call.source.port, config)?.trunk;
  if (trunk === undefined) return undefined;
  const { claims } = call;
  const digits = trunk.callerNumber === 'from' ? claims.from : (claims.asserted ?? claims.from);
  const name = claims.displayName?.slice(0, NAME_AT_MOST);
  if (trunk.role === 'operator') {
    return withKnown({ is: 'outside', trunk }, operatorNumber(digits, trunk, config), name);
  }
  const site: Site | undefined = trunk.ipbx && config.sites.get(trunk.ipbx.site);
  return site && withKnown({ is: 'ipbx', trunk, site }, ipbxNumber(digits, trunk, config), name);
}

/** `exactOptionalPropertyTypes`: what is not known is left out. */
function withKnown<Known extends Caller>(
  caller: Known,
  number: { readonly e164: string } | { readonly extension: string } | undefined,
  name: string | undefined,
): Known {
  return { ...caller, ...(number && { number }), ...(name && { name }) };
}
