import { AnchoredTalk } from './anchored-talk.ts';
import type { Half } from './half.ts';
import type { Legs } from './legs.ts';
import type { LiveTalk, Referred } from './live-talk.ts';
import { AnchoredParty } from './party.ts';
import { anchorHalf } from './re-offer.ts';
import type { SipRequest, SipResponse } from './srf.ts';
import { respond } from './wire.ts';

export interface Hold {
  /** Who holds, and by what offer. */
  readonly half: Half;
  readonly req: SipRequest;
  readonly res: SipResponse;
  /** Who is held. */
  readonly other: Half;
  /** Did the one who holds make the call? */
  readonly byCaller: boolean;
  readonly referred: Referred;
}

/**
 * Two who talk straight are taken over the media server when one of them holds the other, who hears music there: the holder's offer is
 * answered by their end, and who is held is asked by a re-INVITE to listen to theirs. `undefined`: it cannot be done, and nothing has changed;
 * `over`: the call ended meanwhile, and the offer is answered.
 */
export async function holdOver(hold: Hold, legs: Legs): Promise<LiveTalk | 'over' | undefined> {
  const { half, other, req, res, byCaller, referred } = hold;
  const end = await legs.media?.open({ offer: req.body ?? '' });
  if (end === undefined && half.over === undefined) return undefined;
  const held = half.over === undefined && other.over === undefined ? await anchorHalf(other, legs) : undefined;
  if (half.over !== undefined || other.over !== undefined) {
    end?.close();
    held?.hangUp();
    // RFC 3261 §15.1.2: what a BYE overtakes is answered all the same.
    respond(res, 487);
    return 'over';
  }
  if (end === undefined || held === undefined) {
    end?.close();
    return undefined;
  }
  legs.pathTaken?.('anchored', 'hold');
  const holder = new AnchoredParty(half, end, false, req);
  holder.answer(req, res, req.body ?? '');
  const [caller, callee] = byCaller ? [holder, held] : [held, holder];
  return new AnchoredTalk({ caller, callee, referred, now: legs.now });
}
