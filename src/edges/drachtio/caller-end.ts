import type { MediaEnd } from '../../call/media/ports.ts';
import type { CallerLeg, Party, Said, Voice } from '../../call/ports.ts';
import type { Gone } from '../../domain/gone.ts';
import type { MediaQuality } from '../../domain/outcome.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { AnchoredParty } from './party.ts';
import type { SipMessage } from './srf.ts';

/** Whoever others are rung for: a caller whose INVITE came in, or a party that is being transferred. */
export abstract class CallerEnd implements CallerLeg {
  /** What they said of themselves: offer and session timer. Without an offer the one who answers makes it. */
  abstract readonly req: Pick<SipMessage, 'header' | 'body'>;
  abstract readonly gone: Gone;
  who: Party | undefined;
  /** Why they gave up, in their words. */
  abstract readonly callersReason: string | undefined;
  abstract readonly media: CallersSound;
  abstract quality(): Promise<MediaQuality | undefined> | undefined;
  abstract refuse(why: Refusal, as?: Said): void;
  /** A ringing or early media of one leg. */
  abstract progress(leg: string, status: number, sdp: string | undefined): void;
  /** May they hear this leg before it answers? */
  abstract mayHear(leg: string): boolean;
  /** A leg failed: if it was the one heard, another may be heard now. */
  abstract silenced(leg: string): void;
  /** From now on `refuse` hangs up. */
  abstract talking(hangUp: () => void): void;
}

/** Their end on the media server. */
export interface CallersSound {
  /** True once they hear us, and nobody else. */
  readonly isTold: boolean;
  /** They themselves, once they are there to be joined. */
  readonly party: AnchoredParty | undefined;
  /** `undefined` when there is no media server. Never rejects. */
  end(): Promise<MediaEnd | undefined>;
  hear(how: 'answer' | 'early media'): Promise<Voice | undefined>;
  close(): void;
}
