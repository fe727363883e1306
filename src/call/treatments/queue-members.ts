import type { Queue, Target } from '../../domain/call.ts';
import type { Scene } from '../scene.ts';

/** One and the same member, by whatever way they are rung, and for whatever service. */
export function memberOf(target: Target): string {
  return target.is === 'line' ? target.line : (target.member ?? `${target.trunk} ${target.leaving.called}`);
}

/** Could they take a call now? Of a mobile or a post of the IPBX nobody knows. */
export function isFree(target: Target, queue: Queue, scene: Scene): boolean {
  if (target.is !== 'line') return true;
  const { world, call } = scene;
  const ringsElsewhere = world.presence.of(target.line).some((one) => one.state === 'early' && one.call !== call.id);
  return isThere(target, queue, scene) && world.seats.ofLine(target.line) === 0 && !ringsElsewhere;
}

/** Does a phone of theirs stand there, and do they take calls of this service, now or when they have finished another? */
export function isThere(target: Target, { service }: Pick<Queue, 'service'>, { world }: Scene): boolean {
  return target.is !== 'line' || (world.groups(target) > 0 && !world.isAway(target.line, service));
}

/** Under `longest idle` those of whom nobody knows how long they have been idle come last. */
export function inOrder(targets: readonly Target[], how: Queue['how'], { world }: Scene): readonly Target[] {
  if (how !== 'longest idle') return targets;
  const since = (target: Target): number =>
    target.is === 'line'
      ? (world.seats.lineFreeSince(target.line) ?? Number.NEGATIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
  return [...targets].sort((one, other) => compared(since(one), since(other)));
}

/** Two infinities of the same sign are equal; their difference is no number. */
function compared(one: number, other: number): number {
  return one === other ? 0 : one - other;
}
