import type { Facts, Reason, TrunkFacts } from '../domain/call.ts';
import type { Trunk, TrunkTarget } from '../domain/trunk.ts';

/** The addresses to try, in order. */
export interface Choice {
  readonly targets: readonly OneTarget[];
  readonly because: readonly Reason[];
  /** A trunk was left out because its channels are all in use. */
  readonly full: boolean;
}

export interface OneTarget {
  readonly trunk: Trunk;
  readonly target: number;
}

/**
 * Trunks in the order given; in each, its targets by priority and weight (RFC 2782). Targets that do not answer OPTIONS
 * come after all the others: a last resort is better than none. A full trunk is left out, unless `limited` is false.
 */
export function chooseTrunks(trunks: readonly Trunk[], facts: Facts, limited: boolean): Choice {
  const alive: OneTarget[] = [];
  const dead: OneTarget[] = [];
  const because: Reason[] = [];
  let full = false;
  for (const trunk of trunks) {
    const known = facts.trunks.get(trunk.id);
    if (limited && (known?.channelsInUse ?? 0) >= trunk.channels) {
      full = true;
      because.push(fullTrunk(trunk));
    } else {
      takeTargets(trunk, known, facts.chance, alive, dead);
      if (known?.alive.includes(false)) because.push(deadTargets(trunk, known));
    }
  }
  const targets = dead.length === 0 ? alive : [...alive, ...dead];
  because.push({ room: 'trunks', says: targets.length === 0 ? 'no trunk is left' : `tries ${listed(targets)}` });
  return { targets, because, full };
}

/**
 * Does a failed attempt lead to the next target? No reply and 408, 503 and all other 5xx say something about the target;
 * 3xx, 4xx and 6xx about the number (RFC 3261 §16.7 step 5 and §21). A challenge we cannot answer (401, 407) is between that
 * trunk and us. An emergency call tries everything there is, whatever was said.
 */
export function movesOn(sip: number, emergency = false): boolean {
  if (emergency) return sip >= 300;
  return sip === 408 || sip === 401 || sip === 407 || (sip >= 500 && sip <= 599);
}

function takeTargets(
  trunk: Trunk,
  known: TrunkFacts | undefined,
  chance: number,
  alive: OneTarget[],
  dead: OneTarget[],
): void {
  for (const target of inOrder(trunk.targets, chance)) (isAlive(known, target) ? alive : dead).push({ trunk, target });
}

function isAlive(known: TrunkFacts | undefined, target: number): boolean {
  return known?.alive[target] !== false;
}

/** Indices of the targets: by priority, among equals drawn by weight. One number of chance is enough: what is left of it is drawn from again. */
function inOrder(targets: readonly TrunkTarget[], chance: number): readonly number[] {
  if (targets.length === 1) return ONLY;
  const left = targets.map((target, index) => ({ index, priority: target.priority, weight: target.weight }));
  left.sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const order: number[] = [];
  let luck = chance;
  while (left.length > 0) {
    const drawn = draw(left, luck);
    luck = drawn.luck;
    const [taken] = left.splice(drawn.at, 1);
    if (taken !== undefined) order.push(taken.index);
  }
  return order;
}

const ONLY: readonly number[] = [0];

interface Candidate {
  readonly priority: number;
  readonly weight: number;
}

/** RFC 2782: a running sum of the weights of the first priority; the first that exceeds the chance is taken. */
function draw(left: readonly Candidate[], luck: number): { readonly at: number; readonly luck: number } {
  const count = left.findIndex(({ priority }) => priority !== left[0]?.priority);
  const equals = count < 0 ? left : left.slice(0, count);
  const total = equals.reduce((sum, { weight }) => sum + weight, 0);
  if (equals.length === 1 || total === 0) return { at: 0, luck };
  const point = luck * total;
  let sum = 0;
  for (const [at, { weight }] of equals.entries()) {
    if (point < sum + weight) return { at, luck: (point - sum) / weight };
    sum += weight;
  }
  return { at: equals.length - 1, luck: 0 };
}

function fullTrunk(trunk: Trunk): Reason {
  const config = `trunks.${trunk.id}.channels`;
  return { room: 'limit', says: `all ${trunk.channels} channels of trunk ${trunk.id} are in use`, config };
}

function deadTargets(trunk: Trunk, known: TrunkFacts): Reason {
  const dead = trunk.targets.flatMap((_, index) => (isAlive(known, index) ? [] : [index]));
  return { room: 'trunks', says: `target ${dead.join(', ')} of trunk ${trunk.id} does not answer: a last resort` };
}

function listed(targets: readonly OneTarget[]): string {
  let text = '';
  for (const { trunk, target } of targets) text += `${text === '' ? '' : ', '}${trunk.id}[${target}]`;
  return text;
}
