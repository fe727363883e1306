import type { Facts, Reason, TrunkFacts } from '../domain/call.ts';
import { remember } from '../domain/remember.ts';
import type { Trunk } from '../domain/trunk.ts';

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
  /** For people: `operator[0]`. */
  readonly label: string;
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
  const own = targetsOf(trunk);
  for (const at of inOrder(trunk, chance)) {
    const target = own[at];
    if (target !== undefined) (isAlive(known, at) ? alive : dead).push(target);
  }
}

/** One value for all calls: each is a target of many. */
const targetsOf = remember((trunk: Trunk): readonly OneTarget[] =>
  trunk.targets.map((_, target) => ({ trunk, target, label: `${trunk.id}[${target}]` })),
);

function isAlive(known: TrunkFacts | undefined, target: number): boolean {
  return known?.alive[target] !== false;
}

/** Indices of the targets: by priority, among equals drawn by weight. One number of chance is enough: what is left of it is drawn from again. */
function inOrder(trunk: Trunk, chance: number): readonly number[] {
  const groups = byPriority(trunk);
  if (groups.length === 1 && groups[0]?.length === 1) return ONLY;
  const order: number[] = [];
  let luck = chance;
  for (const group of groups) {
    let left = group;
    while (left.length > 1) {
      const drawn = draw(left, luck);
      luck = drawn.luck;
      order.push(left[drawn.at]?.index ?? 0);
      left = left.toSpliced(drawn.at, 1);
    }
    order.push(left[0]?.index ?? 0);
  }
  return order;
}

const ONLY: readonly number[] = [0];

interface Candidate {
  readonly index: number;
  readonly weight: number;
}

/** Targets of one priority together, the lowest first; in each group weight 0 first (RFC 2782). */
const byPriority = remember((trunk: Trunk): readonly (readonly Candidate[])[] => {
  const groups = new Map<number, Candidate[]>();
  trunk.targets.forEach(({ priority, weight }, index) => {
    groups.set(priority, [...(groups.get(priority) ?? []), { index, weight }]);
  });
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group.sort((a, b) => a.weight - b.weight));
});

/** RFC 2782: a running sum of the weights; the first that exceeds the chance is taken. */
function draw(left: readonly Candidate[], luck: number): { readonly at: number; readonly luck: number } {
  let total = 0;
  for (const { weight } of left) total += weight;
  if (left.length === 1 || total === 0) return { at: 0, luck };
  const point = luck * total;
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) {
    const weight = left[at]?.weight ?? 0;
    if (point < sum + weight) return { at, luck: (point - sum) / weight };
    sum += weight;
  }
  return { at: left.length - 1, luck: 0 };
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
  for (const { label } of targets) text = text === '' ? label : `${text}, ${label}`;
  return text;
}
