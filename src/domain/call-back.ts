import type { ServiceId } from './ids.ts';
import type { Instant } from './instant.ts';

/** Why somebody is to be called back. */
export const callBackReasons = ['asked', 'gave up', 'message', 'our fault'] as const;
export type CallBackReason = (typeof callBackReasons)[number];

/**
 * Somebody who called a service and was not served is to be called back: one task a caller and service, however often they
 * called. It is closed by itself when the service and the person have talked, or by hand.
 */
export interface CallBack {
  /** The call that made it. */
  readonly id: string;
  /** Who is to call back. */
  readonly service: ServiceId;
  /** E.164, or an extension of the town. */
  readonly number: string;
  readonly because: CallBackReason;
  readonly askedAt: Instant;
  readonly dueAt: Instant;
  /** How often they have called since. */
  readonly calls: number;
  readonly lastCall: string;
  readonly closed?: {
    readonly at: Instant;
    readonly how: 'they reached us' | 'we reached them' | 'by hand';
    /** The call that reached them. */
    readonly call?: string;
    /** Who talked with them, as the ledger names them: `line 4101`. */
    readonly by?: string;
  };
}
