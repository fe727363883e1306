import type { Outcome } from '../domain/outcome.ts';
import { type Refusal, refusals } from '../domain/refusals.ts';
import type { CallerLeg, GoneReason, Said } from './ports.ts';
import type { Scene } from './scene.ts';

/** Says no, and is the outcome of it. */
export function refuse(why: Refusal, leg: CallerLeg, as?: Said): Outcome {
  const { sip, q850 } = refusals[why];
  leg.refuse(why, as);
  return { is: 'refused', why, sip: as?.sip ?? sip, q850: as?.q850 ?? q850 };
}

/** The caller is not there any more; or the exchange is not, and that is no doing of theirs. */
export function gone({ leg, record, voice }: Scene): Outcome {
  const reason: GoneReason | 'media lost' | undefined = leg.gone.reason ?? voice?.gone.reason;
  if (reason === 'exchange stops') return refuse('draining', leg);
  if (reason === 'engine lost') return { is: 'our fault', what: 'the signalling engine was lost' };
  if (reason === 'media lost') {
    leg.refuse('our-fault');
    return { is: 'our fault', what: 'the media server was lost' };
  }
  return { is: 'caller gone', during: record.during() };
}

/** True once the caller has hung up, before the answer or after it; or nothing can be said to them any more. */
export function isGone({ leg, voice }: Scene): boolean {
  return leg.gone.aborted || voice?.gone.aborted === true;
}
