import { refusesNumber } from '../decide/failure.ts';
import { movesOn } from '../decide/trunk-choice.ts';
import type { Target } from '../domain/call.ts';

/**
 * What is dialled in place of a target that failed: the same with the number that may be shown instead, once, when the first was refused;
 * or the next way to whomever it leads to. `undefined`: the failure stands.
 */
export function nextTry(target: Target, sip: number): Target | undefined {
  if (target.is !== 'trunk') return undefined;
  if (target.leaving.ifRefused !== undefined && refusesNumber(sip)) {
    const { ifRefused: shows, ...leaving } = target.leaving;
    return { ...target, leaving: { ...leaving, shows } };
  }
  const [next, ...more] = target.orElse ?? [];
  if (next === undefined || !movesOn(sip)) return undefined;
  return more.length === 0 || next.is !== 'trunk' ? next : { ...next, orElse: more };
}
