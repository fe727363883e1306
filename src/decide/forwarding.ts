import type { NotReached, Reason, Ring, Treatment } from '../domain/call.ts';
import type { ForwardTime } from '../domain/wishes.ts';
import { filtered } from './filter.ts';
import { forwardTo, type Way } from './forward-to.ts';
import { mailboxOfLine, toMailbox } from './mailbox-treatment.ts';
import { chosenForward, numberOf } from './only-when.ts';
import { refuseWith, type Treated, tellAndRefuse } from './treated.ts';
import { twinAlone, withTwin } from './twin.ts';
import type { Wishing } from './wishing.ts';

/**
 * The treatment of a line as its owner wishes it: screened, forwarded, undisturbed, with the second phone. A forward is
 * dialled on the line's own account, so it reaches what the line may dial itself and nothing else; where it may not, the call
 * goes on as if it was not wished.
 */
export function asWished(treated: Treated, wishing: Wishing): Treated {
  const { line } = wishing;
  const screened = whyDeclined(wishing);
  if (screened !== undefined) {
    const because: Reason = { room: 'line', says: screened.says, config: line.config };
    return screened.isTold ? tellAndRefuse('refused.anonymous', 'declined', because) : refuseWith('declined', because);
  }
  return filtered(asItStands(treated, wishing), wishing);
}

/** Forwarded, undisturbed, with the second phone. */
function asItStands(treated: Treated, wishing: Wishing): Treated {
  const { wishes } = wishing;

  const always = forward('always', wishing);
  if (always.way?.treated !== undefined) {
    const { treatment, because } = always.way.treated;
    return { treatment, because: [...always.because, ...because] };
  }
  const ways = (['busy', 'no answer', 'unreachable'] as const).map((when) => [when, forward(when, wishing)] as const);
  const because = [...treated.because, ...[always, ...ways.map(([, one]) => one)].flatMap(told)];
  const to = new Map(ways.flatMap(([when, { way }]) => (way?.treated ? [[when, way.treated.treatment]] : [])));
  const afterSeconds = to.has('no answer') ? ways[1]?.[1].afterSeconds : undefined;

  const isBusy = wishes.doNotDisturb === true || (wishes.noCallWaiting === true && wishing.isBusy);
  if (isBusy) return undisturbed(to.get('busy'), because, wishing);
  if (wishing.isUnreachable) return { treatment: to.get('unreachable') ?? twinAlone(treated, wishing), because };
  return { treatment: ringing(treated.treatment, to, afterSeconds, wishing), because };
}

/** Where calls go at this time, and how long the line rings before; nothing where nothing is wished, or for other calls only. */
interface Wished {
  readonly way?: Way;
  readonly afterSeconds?: number | undefined;
  readonly because: readonly Reason[];
}

function forward(when: ForwardTime, wishing: Wishing): Wished {
  const { wishes, caller, call, site, at } = wishing;
  const { forward: wish, because } = chosenForward(when, wishes, { caller, call, at, timeZone: site.timeZone });
  if (wish === undefined) return { because };
  return { way: forwardTo(when, wish, wishing), afterSeconds: wish.afterSeconds, because };
}

function told({ way, because }: Wished): readonly Reason[] {
  return way === undefined ? because : [...because, way.because];
}

/** It rings, and each way it can end may lead on. */
function ringing(
  treatment: Treatment,
  to: ReadonlyMap<ForwardTime, Treatment>,
  afterSeconds: number | undefined,
  wishing: Wishing,
): Treatment {
  if (treatment.do !== 'ring') return treatment;
  const when: Partial<Record<NotReached, Treatment>> = { ...treatment.when, ...Object.fromEntries(to) };
  const rung: Ring = { ...treatment, ...(afterSeconds !== undefined && { seconds: afterSeconds }), when };
  return withTwin(rung, wishing);
}

/** Whom the line has blocked is not told so; who hides their number may show it next time. */
function whyDeclined(wishing: Wishing): { readonly says: string; readonly isTold: boolean } | undefined {
  const { wishes, caller, call, line } = wishing;
  const number = numberOf(caller);
  if (number !== undefined && wishes.blocked?.includes(number)) {
    return { says: `${line.id} takes no calls from this number`, isTold: false };
  }
  const isAnonymous = caller.is === 'outside' && (call.withheld || number === undefined);
  if (!wishes.rejectsAnonymous || !isAnonymous) return undefined;
  return { says: `${line.id} takes no calls without a number`, isTold: true };
}

/** Nobody is disturbed: the call goes where busy calls go, also when no phone is there that could be. */
function undisturbed(
  forwarded: Treatment | undefined,
  because: readonly Reason[],
  { line, wishes, config }: Wishing,
): Treated {
  const mailbox = mailboxOfLine(line, config);
  const busy: Treatment = mailbox === undefined ? { do: 'refuse', why: 'busy' } : toMailbox(mailbox.id, 'busy');
  const says = wishes.doNotDisturb ? `${line.id} is not to be disturbed` : `${line.id} takes no second call`;
  return { treatment: forwarded ?? busy, because: [...because, { room: 'line', says }] };
}
