import type { NotReached, Treatment } from '../domain/call.ts';
import type { Key } from '../domain/say.ts';

/** What may come next, each way once: none when it ends here. */
export function branchesOf(treatment: Treatment): readonly Treatment[] {
  switch (treatment.do) {
    case 'ring':
      return [...new Set([...Object.values(treatment.when ?? {}), treatment.otherwise])];
    case 'pre-answer':
    case 'record':
      return [treatment.next];
    case 'tell':
      return [...Object.values(treatment.keys ?? {}), treatment.next];
    case 'queue':
      return [...Object.values(treatment.keys ?? {}), treatment.full, treatment.otherwise];
    default:
      return [];
  }
}

/** How a caller whom nobody answers goes through a tree. */
export interface Unanswered {
  /** How every ring ends. */
  readonly ringing?: NotReached;
  /** Keys they press, one wherever it leads elsewhere. */
  readonly presses?: string;
}

/** Every step and ending on the way of a caller whom nobody answers, in order; they press no key unless it is said. */
export function unanswered(
  treatment: Treatment,
  { ringing = 'no answer', presses = '' }: Unanswered = {},
): readonly Treatment[] {
  const way: Treatment[] = [];
  const keys = [...presses];
  let next: Treatment | undefined = treatment;
  while (next !== undefined) {
    way.push(next);
    const pressed: Treatment | undefined = keyed(next, keys[0]);
    if (pressed !== undefined) keys.shift();
    next = pressed ?? afterSilence(next, ringing);
  }
  return way;
}

function keyed(treatment: Treatment, key: string | undefined): Treatment | undefined {
  if (key === undefined || (treatment.do !== 'tell' && treatment.do !== 'queue')) return undefined;
  return treatment.keys?.[key as Key];
}

function afterSilence(treatment: Treatment, ringing: NotReached): Treatment | undefined {
  switch (treatment.do) {
    case 'ring':
      return treatment.when?.[ringing] ?? treatment.otherwise;
    case 'pre-answer':
    case 'record':
    case 'tell':
      return treatment.next;
    case 'queue':
      return treatment.otherwise;
    default:
      return undefined;
  }
}
