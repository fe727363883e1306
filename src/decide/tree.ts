import type { Treatment } from '../domain/call.ts';

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

/** Every step and ending on the way of a caller whom nobody answers and who presses no key, in order. */
export function unanswered(treatment: Treatment): readonly Treatment[] {
  const way: Treatment[] = [];
  let next: Treatment | undefined = treatment;
  while (next !== undefined) {
    way.push(next);
    next = afterSilence(next);
  }
  return way;
}

function afterSilence(treatment: Treatment): Treatment | undefined {
  switch (treatment.do) {
    case 'ring':
      return treatment.when?.['no answer'] ?? treatment.otherwise;
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
