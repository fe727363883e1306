import type { Caller, NotReached, Reason, Ring, Treatment } from '../domain/call.ts';
import type { Forward, ForwardTime } from '../domain/wishes.ts';
import { forwardTo, type Way } from './forward-to.ts';
import { mailboxOfLine, toMailbox } from './mailbox-treatment.ts';
import { refuseWith, type Treated } from './treated.ts';
import { twinAlone, withTwin } from './twin.ts';
import type { Wishing } from './wishing.ts';

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
  const ways = (['busy', 'no answer', 'unreachable'] as const).flatMap((when) => {
    const way = forward(when, forwards[when], wishing);
    return way === undefined ? [] : [[when, way] as const];
  });
  const because = [...treated.because, ...notes, ...ways.map(([, way]) => way.because)];
  const to = new Map(ways.flatMap(([when, way]) => (way.treated === undefined ? [] : [[when, way.treated.treatment]])));

  const isBusy = wishes.doNotDisturb === true || (wishes.noCallWaiting === true && wishing.isBusy);
  if (isBusy) return undisturbed(to.get('busy'), because, wishing);
  if (wishing.isUnreachable) return { treatment: to.get('unreachable') ?? twinAlone(treated, wishing), because };
  return { treatment: ringing(treated.treatment, to, wishing), because };
}

function forward(when: ForwardTime, wish: Forward | undefined, wishing: Wishing): Way | undefined {
  return wish && forwardTo(when, wish, wishing);
}

/** It rings, and each way it can end may lead on. */
function ringing(treatment: Treatment, to: ReadonlyMap<ForwardTime, Treatment>, wishing: Wishing): Treatment {
  if (treatment.do !== 'ring') return treatment;
  const afterSeconds = to.has('no answer') ? wishing.wishes.forwards?.['no answer']?.afterSeconds : undefined;
  const when: Partial<Record<NotReached, Treatment>> = { ...treatment.when, ...Object.fromEntries(to) };
  const rung: Ring = { ...treatment, ...(afterSeconds !== undefined && { seconds: afterSeconds }), when };
  return withTwin(rung, wishing);
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
