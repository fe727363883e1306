import type { Diversion, Reason, RouteDecision, SaidFirst, Step, Treatment } from '../domain/call.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Forward, ForwardTime } from '../domain/wishes.ts';
import { mailboxOfLine, whenNotTaken } from './mailbox-treatment.ts';
import { refusedAtOnce, type Treated } from './treated.ts';
import { branchesOf } from './tree.ts';
import type { Forwarder, Wishing } from './wishing.ts';

/** RFC 5806 §4's words for the four times. */
const reasons: Readonly<Record<ForwardTime, Diversion['reason']>> = {
  always: 'unconditional',
  busy: 'user-busy',
  'no answer': 'no-answer',
  unreachable: 'unavailable',
};

export interface Way {
  /** Absent: it may not be forwarded there. */
  readonly treated?: Treated;
  readonly because: Reason;
}

/** Where a forward leads: dialled on the line's own account. */
export function forwardTo(when: ForwardTime, { to }: Forward, wishing: Wishing): Way {
  const { line, config } = wishing;
  const decision = wishing.dial(to, reasons[when]);
  const why = whyNotForwarded(decision, wishing);
  const says = `${line.id} forwards ${when === 'always' ? 'every call' : `when ${when}`}`;
  if (why !== undefined) return { because: { room: 'line', says: `${says}, but not there: ${why}` } };
  const because: Reason = { room: 'line', says, config: line.config };
  const treatment = withKey(decision, wishing);
  const mailbox = mailboxOfLine(line, config);
  const kept = mailbox === undefined ? treatment : orMailbox(treatment, mailbox);
  return { treated: { treatment: entering(kept, decision), because: [because, ...decision.because] }, because };
}

/** A service that a line forwards to looks after the caller as if they had dialled it. Endings say themselves whose they are. */
function entering(treatment: Treatment, { destination }: RouteDecision): Treatment {
  if (destination.is !== 'service' || branchesOf(treatment).length === 0) return treatment;
  return { ...(treatment as Step), enters: destination.service.id };
}

/** At this moment, for this call. `undefined`: it may. */
export function whyNotForwarded(decision: RouteDecision, from: Forwarder): string | undefined {
  return whyNeverForwarded(decision, from) ?? refusedAtOnce(decision.treatment);
}

/**
 * Whatever the moment: a forward never leads to where a mistake costs dearly, unless the site says so. Surcharged and
 * international numbers are dialled by people, not by wishes. `undefined`: it may.
 */
export function whyNeverForwarded({ destination }: RouteDecision, { line, site }: Forwarder): string | undefined {
  switch (destination.is) {
    case 'outside': {
      const { reach } = destination;
      if (reach !== 'premium' && reach !== 'international') return undefined;
      return site.forwards.to.includes(reach) ? undefined : `${reach} numbers are not forwarded to`;
    }
    case 'line':
      return destination.line.id === line.id ? 'a line does not forward to itself' : undefined;
    case 'feature':
    case 'emergency':
      return `that is ${destination.is}`;
    case 'nowhere':
      return destination.why;
    default:
      return undefined;
  }
}

/** Whoever takes the call on a mobile presses 1, so that the mobile's own voicemail does not. */
export const accept = {
  say: [{ prompt: 'mobile.call' }, { prompt: 'menu.accept', values: { key: '1' } }],
  key: '1',
  waitSeconds: 8,
} as const satisfies SaidFirst;

/** A mobile's own voicemail is nobody: the key is asked for, unless the line or its site says otherwise. */
function withKey({ destination, treatment }: RouteDecision, { line, site }: Forwarder): Treatment {
  const asks = (line.forwardsAccept ?? site.forwards.accept) === 'key';
  if (!asks || treatment.do !== 'ring' || destination.is !== 'outside' || destination.reach !== 'mobile')
    return treatment;
  const first: SaidFirst = { ...accept, orUnheard: true };
  return { ...treatment, targets: treatment.targets.map((target) => ({ ...target, first })) };
}

/** Nobody takes the call there, or its trunks are dead: the line's own mailbox does. A colleague's mailbox comes before it. */
function orMailbox(treatment: Treatment, mailbox: Mailbox): Treatment {
  if (treatment.do !== 'ring') return treatment;
  const own = Object.entries(treatment.when ?? {}).filter(([, next]) => next.do !== 'refuse');
  return { ...treatment, when: { ...whenNotTaken(mailbox), ...Object.fromEntries(own) } };
}
