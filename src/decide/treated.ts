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

/** The same, said in early media first, where a media server is there: nothing is charged. */
export function tellAndRefuse(prompt: string, why: Refusal, ...because: readonly Reason[]): Treated {
  const next: Treatment = { do: 'tell', say: [{ prompt }], next: { do: 'refuse', why } };
  return { treatment: { do: 'pre-answer', how: 'early media', next }, because };
}

/** Why it is refused, said or not. `undefined`: it is not refused at once. */
export function refusedAtOnce(treatment: Treatment): Refusal | undefined {
  if (treatment.do === 'refuse') return treatment.why;
  if (treatment.do === 'pre-answer') return refusedAtOnce(treatment.next);
  return treatment.do === 'tell' && treatment.keys === undefined ? refusedAtOnce(treatment.next) : undefined;
}
