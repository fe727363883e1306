import type { Reason, Treatment } from '../domain/call.ts';
import type { Refusal } from '../domain/refusals.ts';

/** What shall happen, and why. */
export interface Treated {
  readonly treatment: Treatment;
  readonly because: readonly Reason[];
}

export function refuseWith(why: Refusal, ...because: readonly Reason[]): Treated {
  return { treatment: { do: 'refuse', why }, because };
}
