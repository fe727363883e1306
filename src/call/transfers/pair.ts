import { callerLabel } from '../../decide/summary.ts';
import { calleeAsCaller, decideTransfer, type TransferDecision } from '../../decide/transfer.ts';
import type { LineId } from '../../domain/ids.ts';
import type { CallerLeg, Leg, Party } from '../ports.ts';
import { targetLabel } from '../record.ts';
import type { Scene } from '../scene.ts';

/** Two who talk. `answered`: who has taken the call, as the ledger names them. */
export interface Pair {
  readonly caller: Party;
  readonly callee: Party;
  readonly answered: string;
}

/** The caller of this scene, and the leg that answered. */
export function pairOf(leg: Leg, scene: Scene): Pair {
  const answered = targetLabel(leg.target);
  const who = calleeAsCaller(leg.target, scene.config);
  return { caller: callerOf(scene), callee: { end: leg, call: scene.call.id, who, label: answered }, answered };
}

/** The caller of this scene, and somebody who has taken the call from a line of theirs. */
export function pairWith(end: CallerLeg, line: LineId, scene: Scene): Pair {
  const found = scene.config.lines.get(line);
  const site = found && scene.config.sites.get(found.site);
  const who = found && site && ({ is: 'line', line: found, site } as const);
  const label = `line ${line}`;
  return { caller: callerOf(scene), callee: { end, call: scene.call.id, who, label }, answered: `${label}, picked up` };
}

function callerOf({ leg, call, caller }: Scene): Party {
  return { end: leg, call: call.id, who: caller, label: callerLabel(caller) };
}

/** Who asks, and who stays. */
export function sides(by: 'caller' | 'callee', pair: Pair): { readonly by: Party; readonly stays: Party } {
  return by === 'caller' ? { by: pair.caller, stays: pair.callee } : { by: pair.callee, stays: pair.caller };
}

/** What comes of digits that one of the two dials for the other. `undefined`: one of them is nobody we know. */
export function decided(to: string, by: 'caller' | 'callee', pair: Pair, scene: Scene): TransferDecision | undefined {
  const { world, config, call } = scene;
  const { by: transferor, stays } = sides(by, pair);
  if (transferor.who === undefined || stays.who === undefined) return undefined;
  const wish = { transferor: transferor.who, transferee: stays.who, to, isCaller: by === 'callee' };
  return decideTransfer(wish, call, config, (about, asked) => world.facts(about, asked, config));
}
