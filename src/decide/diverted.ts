import type { Diversion, Target, Treatment } from '../domain/call.ts';

/** RFC 5806 §9: who passes a call on keeps its history; beyond this it would not be delivered anyway. */
const diversionsAtMost = 5;

/**
 * The treatment with every target changed by `change`, wherever in the tree it stands. Total, and as deep as the tree.
 */
export function withTargets(treatment: Treatment, change: (target: Target) => Target): Treatment {
  const follow = (next: Treatment): Treatment => withTargets(next, change);
  switch (treatment.do) {
    case 'ring': {
      const when = treatment.when && mapValues(treatment.when, follow);
      const { targets, otherwise } = treatment;
      return { ...treatment, targets: targets.map(change), ...(when && { when }), otherwise: follow(otherwise) };
    }
    case 'pre-answer':
      return { ...treatment, next: follow(treatment.next) };
    case 'tell':
      return {
        ...treatment,
        ...(treatment.keys && { keys: mapValues(treatment.keys, follow) }),
        next: follow(treatment.next),
      };
    case 'queue':
      return {
        ...treatment,
        targets: treatment.targets.map(change),
        ...(treatment.keys && { keys: mapValues(treatment.keys, follow) }),
        full: follow(treatment.full),
        otherwise: follow(treatment.otherwise),
      };
    default:
      return treatment;
  }
}

/** Who passed the call on stands before those who did so earlier, on every trunk that tells of diversions. */
export function divertedBy(
  treatment: Treatment,
  reason: Diversion['reason'],
  numberOn: (target: Extract<Target, { is: 'trunk' }>) => string | undefined,
): Treatment {
  return withTargets(treatment, (target) => {
    const by = target.is === 'trunk' ? numberOn(target) : undefined;
    if (target.is !== 'trunk' || by === undefined) return target;
    const diversions = [{ by, reason, counter: 1 }, ...target.leaving.diversions].slice(0, diversionsAtMost);
    return { ...target, leaving: { ...target.leaving, diversions } };
  });
}

function mapValues<Key extends string>(
  of: Readonly<Partial<Record<Key, Treatment>>>,
  change: (treatment: Treatment) => Treatment,
): Partial<Record<Key, Treatment>> {
  const entries = Object.entries(of) as [Key, Treatment | undefined][];
  return Object.fromEntries(
    entries.flatMap(([key, treatment]) => (treatment === undefined ? [] : [[key, change(treatment)]])),
  ) as Partial<Record<Key, Treatment>>;
}
