import type { Talk } from '../../call/ports.ts';
import type { Half } from './half.ts';
import type { AnchoredParty } from './party.ts';
import type { SipRequest, SipResponse } from './srf.ts';
import type { Headers } from './wire.ts';

/** One of two who talk: `party` where their sound goes over the media server. */
export interface Side {
  readonly half: Half;
  readonly party?: AnchoredParty | undefined;
}

/** Two who talk, wherever their sound goes. */
export interface LiveTalk {
  readonly caller: Side;
  readonly callee: Side;
  /** Tells once, at once when it has ended already. */
  whenEnded(tell: (talk: Talk) => void): void;
  /** We end it, for both. */
  hangUp(headers?: Headers): void;
  /** Tells whoever waits for the end of something else, as if it was the end; the two talk on. False: nobody waits. */
  interrupt(talk: Talk): boolean;
  /** Takes the two apart: what they do from now on is told to others. False: it is over, or an offer is on its way. */
  part(): boolean;
}

/**
 * One of the two who talk straight puts the other on hold. `undefined`: that is between them. Else it is served here; false: it could not be, and
 * the offer still waits for its answer.
 */
export type Held = (half: Half, other: Half, req: SipRequest, res: SipResponse) => Promise<boolean> | undefined;

/** REFER of one of the two. */
export type Referred = (half: Half, req: SipRequest, res: SipResponse) => void;
