import type { Account, Caller, Diversion, IncomingCall, Leaving, PassedOn } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Trunk } from '../domain/trunk.ts';
import type { Identity } from './caller-id.ts';
import { ipbxNumber, operatorNumber } from './caller-number.ts';
import { publicOf } from './town-numbers.ts';
import { writtenOn } from './written.ts';

/** A call as it leaves on a trunk. `account` is who dialled the last leg; `call` how it came to us. */
export interface Outgoing {
  readonly caller: Caller;
  readonly account: Account | undefined;
  readonly call: IncomingCall;
  readonly withheld: boolean;
  /** The lines that sent the call on just now, the last one first. */
  readonly passedOn?: readonly PassedOn[] | undefined;
  readonly config: Config;
}

/** Everything that is written about a call on the trunk it leaves by: each string is the user part of a URI. */
export function leaving(called: string, identity: Identity, trunk: Trunk, outgoing: Outgoing): Leaving {
  const { shows, asserted, ifRefused } = identity;
  const diversions = diversionsOn(trunk, outgoing);
  const leaves = asserted === undefined ? { called, shows, diversions } : { called, shows, asserted, diversions };
  return ifRefused === undefined ? leaves : { ...leaves, ifRefused };
}

/** RFC 5806 §9, RFC 7044 §9: who passes a call on keeps its history; beyond this it would not be delivered anyway. */
const DIVERSIONS_AT_MOST = 5;
const NONE: readonly Diversion[] = [];

/** RFC 5806 §3: the most recent diversion stands first, so ours come before those the call came with. */
function diversionsOn(trunk: Trunk, outgoing: Outgoing): readonly Diversion[] {
  const { passedOn = [] } = outgoing;
  if (trunk.diversion === 'none') return NONE;
  const told = toldOf(trunk, outgoing);
  if (passedOn.length === 0) return told;
  const ours = passedOn.flatMap((one) => ownDiversion(one, trunk, outgoing.config));
  return [...ours, ...told].slice(0, DIVERSIONS_AT_MOST);
}

function ownDiversion({ line, reason }: PassedOn, trunk: Trunk, config: Config): readonly Diversion[] {
  const by = config.lines.get(line);
  const number = by?.did ?? (by && config.sites.get(by.site)?.mainNumber);
  if (reason === undefined || number === undefined) return NONE;
  return [{ by: writtenOn(trunk, number, config), reason, counter: 1 }];
}

/** The diversions a trusted peer told of, rewritten for this trunk. Those we cannot read are left out. */
function toldOf(trunk: Trunk, { caller, call, config }: Outgoing): readonly Diversion[] {
  if (caller.is === 'line' || call.diversions.length === 0) return NONE;
  return call.diversions.slice(0, DIVERSIONS_AT_MOST).flatMap((diversion) => {
    const read = caller.is === 'ipbx' ? ipbxNumber : operatorNumber;
    const number = read(diversion.by, caller.trunk, config);
    if (number === undefined) return [];
    const e164 = 'e164' in number ? number.e164 : publicOf(number.extension, config);
    return e164 === undefined ? [] : [{ ...diversion, by: writtenOn(trunk, e164, config) }];
  });
}
