import type {
  Caller,
  Diversion,
  IncomingCall,
  Reason,
  Ring,
  RouteDecision,
  Step,
  Target,
  Treatment,
} from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Line } from '../domain/line.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Forward, ForwardTime, Wishes } from '../domain/wishes.ts';
import { divertedBy } from './diverted.ts';
import { mailboxOfLine, whenNotTaken } from './mailbox-treatment.ts';
import { refuseWith, type Treated } from './treated.ts';
import { branchesOf } from './tree.ts';
import { writtenOn } from './written.ts';

/** What a line's wishes are applied to. */
export interface Wishing {
  readonly line: Line;
  readonly wishes: Wishes;
  readonly caller: Caller;
  readonly call: IncomingCall;
  readonly config: Config;
  /** No phone of the line is registered. */
  readonly isUnreachable: boolean;
  /** The line talks already. */
  readonly isBusy: boolean;
  /** What would come of digits that the line dials for this call, on its own account. */
  readonly dial: (digits: string) => RouteDecision;
}

/** RFC 5806 §4's words for the four times. */
const reasons: Readonly<Record<ForwardTime, Diversion['reason']>> = {
  always: 'unconditional',
  busy: 'user-busy',
  'no answer': 'no-answer',
  unreachable: 'unavailable',
};

/** Until a phone that is there has shown a sign of life; then the line counts as unreachable, where that leads elsewhere. */
const signOfLifeSeconds = 3;

/**
 * The treatment of a line as its owner wishes it: screened, forwarded, undisturbed, with the second phone. A forward is
 * dialled on the line's own account, so it reaches what the line may dial itself and nothing else; where it may not, the call
 * goes on as if it was not wished.
 */
export function asWished(treated: Treated, wishing: Wishing): Treated {
  const { wishes, line } = wishing;
  const screened = whyDeclined(wishing);
  if (screened !== undefined) return refuseWith('declined', { room: 'line', says: screened, config: line.config });

  const { forwards = {} } = wishes;
  const always = forward('always', forwards.always, wishing);
  if (always?.treated !== undefined) return always.treated;
  const notes = always === undefined ? [] : [always.because];
  const busy = wishes.doNotDisturb === true || (wishes.noCallWaiting === true && wishing.isBusy);
  const ways = (['busy', 'no answer', 'unreachable'] as const).flatMap((when) => {
    const way = forward(when, forwards[when], wishing);
    return way === undefined ? [] : [[when, way] as const];
  });
  const because = [...treated.because, ...notes, ...ways.map(([, way]) => way.because)];
  const to = new Map(ways.flatMap(([when, way]) => (way.treated === undefined ? [] : [[when, way.treated.treatment]])));

  if (busy) return undisturbed(treated, to.get('busy'), { because, line });
  if (wishing.isUnreachable) return { treatment: to.get('unreachable') ?? twinAlone(treated, wishing), because };
  return { treatment: ringing(treated.treatment, to, wishing), because };
}

/** It rings, and each way it can end may lead on. */
function ringing(treatment: Treatment, to: ReadonlyMap<ForwardTime, Treatment>, wishing: Wishing): Treatment {
  const rung = withTwin(treatment, wishing);
  if (rung.do !== 'ring') return rung;
  const afterSeconds = to.has('no answer') ? wishing.wishes.forwards?.['no answer']?.afterSeconds : undefined;
  return {
    ...rung,
    ...(afterSeconds !== undefined && { seconds: afterSeconds }),
    ...(to.has('unreachable') && { silentSeconds: signOfLifeSeconds }),
    when: { ...rung.when, ...Object.fromEntries(to) },
  } satisfies Ring;
}

function whyDeclined({ wishes, caller, call, line }: Wishing): string | undefined {
  const number = caller.is === 'line' ? caller.line.extension : textOf(caller.number);
  if (number !== undefined && wishes.blocked?.includes(number)) return `${line.id} takes no calls from this number`;
  const isAnonymous = caller.is === 'outside' && (call.withheld || number === undefined);
  return wishes.rejectsAnonymous && isAnonymous ? `${line.id} takes no calls without a number` : undefined;
}

function textOf(number: Extract<Caller, { is: 'outside' }>['number']): string | undefined {
  return number && ('e164' in number ? number.e164 : number.extension);
}

interface Way {
  /** Absent: it may not be forwarded there. */
  readonly treated?: Treated;
  readonly because: Reason;
}

function forward(when: ForwardTime, wish: Forward | undefined, wishing: Wishing): Way | undefined {
  if (wish === undefined) return undefined;
  const { line, config } = wishing;
  const decision = wishing.dial(wish.to);
  const why = whyNotForwarded(decision);
  const says = `${line.id} forwards ${when === 'always' ? 'every call' : `when ${when}`}`;
  if (why !== undefined) return { because: { room: 'line', says: `${says}, but not there: ${why}` } };
  const treatment = divertedBy(decision.treatment, reasons[when], ({ trunk }) => {
    const on = config.trunks.get(trunk);
    const number = line.did ?? config.sites.get(line.site)?.mainNumber;
    return on === undefined || number === undefined || on.diversion === 'none'
      ? undefined
      : writtenOn(on, number, config);
  });
  const because: Reason = { room: 'line', says, config: line.config };
  const mailbox = mailboxOfLine(line, config);
  const kept = mailbox === undefined ? treatment : orMailbox(treatment, mailbox);
  return { treated: { treatment: entering(kept, decision), because: [because, ...decision.because] }, because };
}

/** A service that a line forwards to looks after the caller as if they had dialled it. Endings say themselves whose they are. */
function entering(treatment: Treatment, { destination }: RouteDecision): Treatment {
  if (destination.is !== 'service' || branchesOf(treatment).length === 0) return treatment;
  return { ...(treatment as Step), enters: destination.service.id };
}

/** Nobody takes the call there, or its trunks are dead: the line's own mailbox does. A colleague's mailbox comes before it. */
function orMailbox(treatment: Treatment, mailbox: Mailbox): Treatment {
  if (treatment.do !== 'ring') return treatment;
  const own = Object.entries(treatment.when ?? {}).filter(([, next]) => next.do !== 'refuse');
  return { ...treatment, when: { ...whenNotTaken(mailbox), ...Object.fromEntries(own) } };
}

/**
 * A forward never leads to where a mistake costs dearly: surcharged and international numbers are dialled by people, not by
 * wishes. `undefined`: it may.
 */
export function whyNotForwarded({ destination, treatment }: RouteDecision): string | undefined {
  if (destination.is === 'outside' && (destination.reach === 'premium' || destination.reach === 'international')) {
    return `${destination.reach} numbers are not forwarded to`;
  }
  if (destination.is === 'feature' || destination.is === 'emergency') return `that is ${destination.is}`;
  return treatment.do === 'refuse' ? treatment.why : undefined;
}

/** Nobody is disturbed: the call goes where busy calls go. */
function undisturbed(
  { treatment }: Treated,
  forwarded: Treatment | undefined,
  { because, line }: { readonly because: readonly Reason[]; readonly line: Line },
): Treated {
  const asBusy = treatment.do === 'ring' ? treatment.when?.busy : undefined;
  const reason: Reason = { room: 'line', says: `${line.id} is not to be disturbed` };
  return { treatment: forwarded ?? asBusy ?? { do: 'refuse', why: 'busy' }, because: [...because, reason] };
}

/** Whoever takes the call on a mobile presses 1, so that the mobile's own voicemail does not. */
const accept = {
  say: [{ prompt: 'mobile.call' }, { prompt: 'menu.accept', values: { key: '1' } }],
  key: '1',
  waitSeconds: 8,
} as const;

function twinTargets({ wishes, dial }: Wishing): readonly Target[] {
  const { twin } = wishes;
  if (twin === undefined) return [];
  const decision = dial(twin.to);
  if (whyNotForwarded(decision) !== undefined || decision.treatment.do !== 'ring') return [];
  const { treatment, destination } = decision;
  const [first] = treatment.targets;
  if (first === undefined) return [];
  const later = { ...first, ...(twin.afterSeconds > 0 && { afterSeconds: twin.afterSeconds }) };
  return destination.is === 'line' ? [later] : [{ ...later, first: accept }];
}

function withTwin(treatment: Treatment, wishing: Wishing): Treatment {
  const twin = treatment.do === 'ring' ? twinTargets(wishing) : [];
  if (treatment.do !== 'ring' || twin.length === 0) return treatment;
  return { ...treatment, targets: [...treatment.targets, ...twin], how: 'together' };
}

/** The line has no phone that is there: its second phone rings alone. */
function twinAlone({ treatment }: Treated, wishing: Wishing): Treatment {
  const [twin] = twinTargets(wishing);
  if (twin === undefined) return treatment;
  const { afterSeconds: _, ...now } = twin;
  const { ringSeconds } = wishing.config.exchange;
  return { do: 'ring', targets: [now], how: 'together', seconds: ringSeconds, otherwise: treatment };
}
