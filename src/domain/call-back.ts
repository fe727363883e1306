import { z } from 'zod';
import type { LineId, ServiceId } from './ids.ts';
import type { Instant } from './instant.ts';

/** Why somebody is to be called back. `missed`: nobody took their call to a line, and they were told so. */
export const callBackReasons = ['asked', 'gave up', 'missed', 'message', 'our fault'] as const;
export type CallBackReason = (typeof callBackReasons)[number];

/** Who calls back: a service, whoever is there for it, or the one whose line it is. */
export type CallBackOwner =
  | { readonly is: 'service'; readonly service: ServiceId }
  | { readonly is: 'line'; readonly line: LineId };

/** As people name it, and the ledger: `service accueil`, `line 4101`. */
export function callBackOwnerLabel(owner: CallBackOwner): string {
  return owner.is === 'service' ? `service ${owner.service}` : `line ${owner.line}`;
}

const withinMinutes = z.int().min(5).max(10_080);

/** Whether callers of a line who were not served are to be called back: yes, no, or yes and by when. */
export const LineCallBack = z.union([
  z.boolean(),
  z.strictObject({ withinMinutes: withinMinutes.describe('by the clock; the site’s unless given').optional() }),
]);
export type LineCallBack = z.infer<typeof LineCallBack>;

/** What holds for the lines of a site. */
export const LineCallBackDefaults = z.strictObject({
  everyLine: z.boolean().default(false).describe('those of every phone and softphone, unless it says otherwise itself'),
  withinMinutes: withinMinutes.default(1_440).describe('by the clock'),
});
export type LineCallBackDefaults = z.infer<typeof LineCallBackDefaults>;

/** What is so for one line; `undefined`: nobody calls back for it. */
export function lineCallBack(
  entry: LineCallBack | undefined,
  isForPeople: boolean,
  site: LineCallBackDefaults,
): { readonly withinMinutes: number } | undefined {
  if (entry === false || (entry === undefined && !(site.everyLine && isForPeople))) return undefined;
  const own = typeof entry === 'object' ? entry.withinMinutes : undefined;
  return { withinMinutes: own ?? site.withinMinutes };
}

/**
 * Somebody who called a service or a line and was not served is to be called back: one task a caller and owner, however often
 * they called. It is closed by itself when the two have talked, or by hand.
 */
export interface CallBack {
  /** The call that made it. */
  readonly id: string;
  /** Who is to call back. */
  readonly owner: CallBackOwner;
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
