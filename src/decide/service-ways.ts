import type { Ending, Facts, NotReached, PreAnswer, Reason, Ring, Treatment } from '../domain/call.ts';
import type { MailboxId, ServiceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Say } from '../domain/say.ts';
import type { Goal, Rung, Service, ServiceWay } from '../domain/service.ts';
import type { Outgoing } from './leaving.ts';
import { roundOf, rungAs, signOfLife } from './service-members.ts';
import type { Manner } from './service-standing.ts';

/** How far the call has come in the tree that is being written. */
export interface Course {
  readonly facts: Facts;
  readonly outgoing: Outgoing;
  readonly because: Reason[];
  readonly manner: Manner;
  /** The services it has been handed to on this path. */
  readonly visited: readonly ServiceId[];
  /**
   * How we have taken the call, if we have: what is said is heard, and no tone comes from elsewhere. By early media nothing is charged, no
   * key is heard, and the network ends it after a few minutes.
   */
  readonly heard: 'none' | PreAnswer['how'];
  /** Seconds for which somebody will have rung by then, for the service it is at. */
  readonly rung: number;
  /** What is left of it, for the whole tree. */
  readonly budget: { handOvers: number };
  /** The whole of another service. */
  readonly handOver: (service: Service, course: Course) => Treatment;
  readonly ringMembers: (service: Service, course: Course) => Treatment;
}

/** Why the call comes here: it settles which greeting is heard. */
export type Because = NotReached | 'closed' | 'asked';

/** Says what is to be said, and goes where it leads. */
export function way(
  { say, goal }: ServiceWay,
  service: Service,
  course: Course,
  because: Because,
  opensAt?: Instant,
): Treatment {
  return followGoal(goal, service, course, because, speak(say, service, opensAt));
}

export function followGoal(
  goal: Goal,
  service: Service,
  course: Course,
  because: Because,
  say: readonly Say[],
): Treatment {
  switch (goal.is) {
    case 'last resort':
      return endingOf({ is: goal.resort }, service, course, because, say);
    case 'members':
      return said(say, course, (after) => course.ringMembers(service, after));
    case 'ring': {
      const heir = heirOf(goal, course);
      if (heir !== undefined) return said(say, course, (after) => course.handOver(heir, after));
      const last = service.overflow.length - 1;
      return said(say, course, (after) =>
        ringThese(goal.who, service.ringSeconds, service, after, (then) => overflow(service, last, then, because)),
      );
    }
  }
}

/** The overflow from one of its steps on. A last step to another service hands the call over to it, for good. */
export function overflow(service: Service, from: number, course: Course, because: Because): Treatment {
  const step = service.overflow[from];
  if (step === undefined) return endingOf({ is: 'goodbye' }, service, course, because, []);
  const isLast = from === service.overflow.length - 1;
  const { goal } = step;
  const say = speak(step.say, service);
  if (goal.is !== 'ring' || (isLast && heirOf(goal, course) !== undefined)) {
    return followGoal(goal, service, course, because, say);
  }
  const due = service.overflow[from + 1]?.afterSeconds;
  const own = step.ringSeconds ?? service.ringSeconds;
  const seconds = due === undefined ? own : Math.max(RING_AT_LEAST, due - course.rung);
  return said(say, course, (after) =>
    ringThese(goal.who, seconds, service, after, (then) => overflow(service, from + 1, then, because)),
  );
}

/** The call is taken by us, unless it is already; early media becomes an answer where one is needed. */
export function takeCall(how: PreAnswer['how'], course: Course, next: (taken: Course) => Treatment): Treatment {
  const isTaken = course.heard === how || course.heard === 'answer';
  return isTaken ? next(course) : { do: 'pre-answer', how, next: next({ ...course, heard: how }) };
}

/** What is said, with its gaps filled. A sentence whose gap nobody can fill is left out. */
export function speak(say: readonly Say[], service: Service, opensAt?: Instant): readonly Say[] {
  return say.flatMap((one): Say[] => {
    if (!('prompt' in one)) return [one];
    const gap = GAPS[one.prompt];
    if (gap === undefined) return [one];
    const value = gap === 'at' ? opensAt : keyTo(gap, service);
    return value === undefined ? [] : [{ ...one, values: gap === 'at' ? { at: value } : { key: value } }];
  });
}

/** How a call ends when it has come to a last resort. */
export function endingOf(
  resort: { readonly is: 'mailbox' | 'call-back' | 'goodbye' },
  service: Service,
  course: Course,
  because: Because,
  say: readonly Say[],
): Treatment {
  switch (resort.is) {
    case 'goodbye':
      return { do: 'say goodbye', say: say.length > 0 ? say : [{ prompt: LAST_WORD[because] ?? 'hotline.no-answer' }] };
    case 'call-back':
      return takeCall('answer', course, () => ({
        do: 'call back',
        service: service.callBack.owner,
        say: [...say, { prompt: 'callback.done' }],
      }));
    case 'mailbox': {
      // The id of a service is that of its mailbox.
      const of = service.id as string as MailboxId;
      const ending: Ending = { do: 'mailbox', of, because };
      return takeCall('answer', course, () => (say.length === 0 ? ending : { do: 'tell', say, next: ending }));
    }
  }
}

const RING_AT_LEAST = 5;
const GAPS: Readonly<Record<string, 'at' | 'mailbox' | 'call-back'>> = {
  'hotline.opens': 'at',
  'menu.message': 'mailbox',
  'menu.be-called-back': 'call-back',
};
const LAST_WORD: Readonly<Partial<Record<Because, string>>> = { closed: 'hotline.closed', busy: 'refused.lines-busy' };

/** The keys to leave a queue by, as they are told to whoever waits. */
export function keysTold(service: Service): readonly Say[] {
  return speak([{ prompt: 'menu.message' }, { prompt: 'menu.be-called-back' }], service);
}

function keyTo(resort: 'mailbox' | 'call-back', { queue }: Service): string | undefined {
  return Object.entries(queue?.keys ?? {}).find(
    ([, goal]) => goal?.is === 'last resort' && goal.resort === resort,
  )?.[0];
}

/** One service and nothing else: it takes the call over. */
function heirOf({ who }: { readonly who: readonly Rung[] }, { outgoing }: Course): Service | undefined {
  const [only, ...more] = who;
  return only?.is === 'service' && more.length === 0 ? outgoing.config.services.get(only.service) : undefined;
}

/** Something is said on the way. It costs the caller nothing that was free so far. */
function said(say: readonly Say[], course: Course, next: (after: Course) => Treatment): Treatment {
  if (say.length === 0) return next(course);
  return takeCall('early media', course, (taken) => ({ do: 'tell', say, next: next(taken) }));
}

/** These ring together; who cannot is passed over, and when nobody can the call goes on at once. */
function ringThese(
  who: readonly Rung[],
  seconds: number,
  service: Service,
  course: Course,
  next: (after: Course) => Treatment,
): Treatment {
  const { ready, because } = roundOf(who, service, course.facts, course.outgoing);
  course.because.push(...because);
  if (ready.length === 0) return next(course);
  const [only] = ready;
  const targets = ready.length === 1 && only ? only.targets : ready.map(rungAs);
  const ring: Ring = {
    do: 'ring',
    targets,
    how: ready.length === 1 ? 'in turn' : 'together',
    seconds,
    ...signOfLife(targets),
    ...(course.heard !== 'none' && { hears: service.preAnswer?.hears ?? 'ring-back' }),
    otherwise: next({ ...course, rung: course.rung + seconds }),
  };
  return ring;
}
