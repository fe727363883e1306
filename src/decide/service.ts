import type { Facts, Meanwhile, Queue, Reason, Ring, Target, Treatment } from '../domain/call.ts';
import type { ServiceId } from '../domain/ids.ts';

import type { Service } from '../domain/service.ts';
import type { Outgoing } from './leaving.ts';
import { inOrder, type Ready, type Round, roundOf, rungAs, signOfLife } from './service-members.ts';
import { mannerOf, standingOf } from './service-standing.ts';
import { type Course, endingOf, followGoal, keysTold, overflow, speak, takeCall, way } from './service-ways.ts';
import type { Treated } from './treated.ts';

/**
 * The whole way of a call to a service, from its welcome to its last resort, and why. Total: whatever the facts are, every path of
 * the tree comes to an ending.
 */
export function treatService(service: Service, facts: Facts, outgoing: Outgoing): Treated {
  const because: Reason[] = [];
  const manner = mannerOf(service, facts, outgoing);
  because.push(...manner.because);
  const course: Course = {
    facts,
    outgoing,
    because,
    manner,
    handOver,
    ringMembers,
    visited: [],
    heard: 'none',
    rung: 0,
    budget: { handOvers: HAND_OVERS_AT_MOST },
  };
  return { treatment: handOver(service, course), because };
}

/** A service that is handed on to more often than this is a town that goes in circles. */
const HANDED_ON_AT_MOST = 5;

/**
 * In one tree. Eight hotlines whose keys all lead to each other would make ten thousand steps of it, for each call; those that
 * one hotline leads to by itself are always there.
 */
const HAND_OVERS_AT_MOST = 60;

/** All that the service does with a call, as it stands now: open, closed or in a crisis. */
function handOver(service: Service, course: Course): Treatment {
  const { visited, budget } = course;
  if (visited.includes(service.id) || visited.length >= HANDED_ON_AT_MOST) {
    tell(course, service.id, 'the call has been there already: it ends here');
    return endingOf({ is: 'goodbye' }, service, course, 'no answer', []);
  }
  if (visited.length > 1 && budget.handOvers <= 0) {
    tell(course, service.id, 'there are too many ways from one hotline to another: this one ends here');
    return endingOf({ is: 'goodbye' }, service, course, 'no answer', []);
  }
  budget.handOvers -= 1;
  // How long it has rung elsewhere is nothing to the steps of this one.
  const here: Course = { ...course, visited: [...visited, service.id], rung: 0 };
  const standing = standingOf(service, here.facts, here.manner);
  here.because.push(standing.because);
  switch (standing.is) {
    case 'crisis':
      return way(standing.way, service, here, 'no answer');
    case 'closed':
      return way(standing.way, service, here, 'closed', standing.opensAt);
    case 'open':
      return open(service, here);
  }
}

function open(service: Service, course: Course): Treatment {
  const { facts, manner, visited } = course;
  const { preAnswer, queue } = service;
  const atMost = queue?.callersAtMost ?? preAnswer?.callersAtMost;
  const waiting = facts.waiting?.get(service.id) ?? 0;
  if (atMost !== undefined && waiting >= atMost && !manner.urgent) {
    tell(course, service.id, `${waiting} callers wait already`);
    return service.full === undefined ? resort(service, course, 'busy') : way(service.full, service, course, 'busy');
  }
  // Whoever was welcomed by one service is not welcomed again by the next.
  const welcomed = manner.plain || visited.length > 1 ? undefined : preAnswer;
  return recorded(service, course, (taken) => ringMembers(service, taken, welcomed));
}

/** Callers are told before anything is recorded, and how not to be (CNIL). Whoever calls back after a call for help is not recorded. */
function recorded(service: Service, course: Course, rest: (course: Course) => Treatment): Treatment {
  const { recording } = service;
  if (recording === undefined || course.manner.urgent) return rest(course);
  const { stopKey, keepDays } = recording;
  tell(course, service.id, `talks are recorded, and kept for ${keepDays} days`);
  const say = [{ prompt: 'recording.on' }, { prompt: 'menu.stop-recording', values: { key: stopKey } }];
  return takeCall('answer', course, (taken) => ({
    do: 'record',
    service: service.id,
    stopKey,
    keepDays,
    next: { do: 'tell', say, next: rest(taken) },
  }));
}

/** The members ring, with the welcome before or meanwhile; then the queue, or the overflow. */
function ringMembers(service: Service, course: Course, welcome?: Service['preAnswer']): Treatment {
  const round = roundOf(service.members, service, course.facts, course.outgoing);
  course.because.push(...round.because);
  const down = isDown(service, round, course);
  if (down !== undefined) return down;
  const ready = inOrder(round.ready, service, course.facts);
  // Who is busy now will be free later; who has logged out will not.
  const { queue } = service;
  const queues = queue !== undefined && !course.manner.urgent && ready.length + round.busy > 0;
  if (queues) return inQueue(service, queue, ready, course, welcome);
  if (ready.length === 0) return nobodyFree(service, round, course, welcome);
  const together = service.strategy === 'together' ? 'together' : 'one after the other';
  tell(
    course,
    service.id,
    `${ready.length} of ${ready.length + round.busy + round.away + round.out} members ring ${together}`,
  );
  const rings = (after: Course, meanwhile?: Ring['meanwhile']): Treatment => chain(service, ready, after, meanwhile);
  if (welcome === undefined) return rings(course);
  return takeCall(welcome.how, course, (taken) => {
    if (welcome.ring === 'during') {
      return rings(taken, meanwhileOf(welcome, service));
    }
    return welcomed(welcome, service, rings(taken));
  });
}

function meanwhileOf(welcome: NonNullable<Service['preAnswer']>, service: Service): Meanwhile {
  const { say, whenAnswered, secondsAtMost } = welcome;
  return { say: speak(say, service), whenAnswered, secondsAtMost };
}

function welcomed(
  { say, secondsAtMost }: NonNullable<Service['preAnswer']>,
  service: Service,
  next: Treatment,
): Treatment {
  return { do: 'tell', say: speak(say, service), secondsAtMost, next };
}

/** Its site is cut off: no phone of a member there answers for it. Or everybody has gone. */
function isDown(service: Service, round: Round, course: Course): Treatment | undefined {
  const { site, siteDown } = service;
  const isKnown = course.facts.sitesDown?.has(site) === true;
  const cutOff = round.atSite > 0 && (isKnown || round.atSiteThere === 0);
  const nobody = round.ready.length === 0 && round.busy === 0 && round.out === 0;
  if (!nobody && (!cutOff || siteDown === undefined)) return undefined;
  const where = round.atSite > 0 ? ` at ${site}` : '';
  tell(course, service.id, isKnown ? `site ${site} is cut off` : `no phone of any member${where} is there`);
  return siteDown === undefined
    ? overflow(service, 0, course, 'unreachable')
    : way(siteDown, service, course, 'unreachable');
}

function nobodyFree(service: Service, round: Round, course: Course, welcome: Service['preAnswer']): Treatment {
  const because = round.busy > 0 ? 'busy' : 'unreachable';
  tell(course, service.id, round.busy > 0 ? 'every member is busy' : 'every member has logged out');
  if (because === 'busy' && service.busy !== undefined) return way(service.busy, service, course, 'busy');
  const after = (taken: Course): Treatment => overflow(service, 0, taken, because);
  if (welcome === undefined) return after(course);
  return takeCall(welcome.how, course, (taken) => welcomed(welcome, service, after(taken)));
}

/** Together: one ring. Otherwise one ring after the other, each as long as a member has, until the overflow is due. */
function chain(service: Service, ready: readonly Ready[], course: Course, meanwhile?: Ring['meanwhile']): Treatment {
  const due = service.overflow[0]?.afterSeconds;
  if (service.strategy === 'together') {
    const seconds = Math.max(RING_AT_LEAST, due ?? service.ringSeconds);
    return ring(ready.map(rungAs), 'together', seconds, service, course, meanwhile);
  }
  const [first, ...rest] = ready;
  const left = due === undefined ? service.ringSeconds : due - course.rung;
  if (first === undefined || left < RING_AT_LEAST) return overflow(service, 0, course, 'no answer');
  const seconds = Math.min(service.ringSeconds, left);
  return ring(first.targets, 'in turn', seconds, service, course, meanwhile, (after) => chain(service, rest, after));
}

const RING_AT_LEAST = 5;

function ring(
  targets: readonly Target[],
  how: Ring['how'],
  seconds: number,
  service: Service,
  course: Course,
  meanwhile: Ring['meanwhile'],
  next: (after: Course) => Treatment = (after) => overflow(service, 0, after, 'no answer'),
): Treatment {
  const after: Course = { ...course, rung: course.rung + seconds };
  const busy = how === 'together' && service.busy !== undefined ? way(service.busy, service, after, 'busy') : undefined;
  return {
    do: 'ring',
    targets,
    how,
    seconds,
    ...signOfLife(targets),
    ...(course.heard !== 'none' && { hears: service.preAnswer?.hears ?? 'ring-back' }),
    ...(meanwhile && { meanwhile }),
    ...(busy && { when: { busy } }),
    otherwise: next(after),
  };
}

function inQueue(
  service: Service,
  queue: NonNullable<Service['queue']>,
  ready: readonly Ready[],
  course: Course,
  welcome: Service['preAnswer'],
): Treatment {
  tell(course, service.id, `callers wait in line; ${ready.length} of its members are free`);
  // Music is heard by who is connected: a queue takes the call, whatever the welcome would have done.
  return takeCall('answer', course, (taken) => {
    if (welcome === undefined) return queueOf(service, queue, taken);
    if (welcome.ring === 'during')
      return { ...queueOf(service, queue, taken), meanwhile: meanwhileOf(welcome, service) };
    return welcomed(welcome, service, queueOf(service, queue, taken));
  });
}

/** Who may come to take a call from the queue in time: also those who talk, or whose phone is not there at the moment. */
function everybody(service: Service, { facts, outgoing }: Course): readonly Target[] {
  const { linesBusy: _, agents: __, ...later } = facts;
  const { ready } = roundOf(service.members, service, { ...later, contacts: new Map() }, outgoing);
  return inOrder(ready, service, facts).map(rungAs);
}

function queueOf(service: Service, queue: NonNullable<Service['queue']>, course: Course): Queue {
  // The steps after it count from its end: who was rung for them meanwhile, nobody knows before.
  const waited: Course = { ...course, rung: 0 };
  const targets = everybody(service, course);
  const offers = keysTold(service);
  const keys: Partial<Record<string, Treatment>> = {};
  for (const [key, goal] of Object.entries(queue.keys)) {
    if (goal !== undefined) keys[key] = followGoal(goal, service, course, 'asked', []);
  }
  return {
    do: 'queue',
    service: service.id,
    hears: queue.hears,
    secondsAtMost: queue.secondsAtMost,
    callersAtMost: queue.callersAtMost,
    priority: queue.priority,
    announceEverySeconds: queue.announceEverySeconds,
    ...(offers.length > 0 && { offers }),
    ringSeconds: service.ringSeconds,
    pauseSeconds: queue.pauseSeconds,
    ...signOfLife(targets),
    targets,
    how: service.strategy,
    ...(Object.keys(keys).length > 0 && { keys }),
    full: service.full === undefined ? resort(service, course, 'busy') : way(service.full, service, course, 'busy'),
    otherwise: overflow(service, 0, waited, 'no answer'),
  };
}

/** The last step of the overflow alone. */
function resort(service: Service, course: Course, because: 'busy' | 'no answer'): Treatment {
  return overflow(service, service.overflow.length - 1, course, because);
}

function tell({ because }: Course, service: ServiceId, says: string): void {
  because.push({ room: 'service', says, config: `services.${service}` });
}
