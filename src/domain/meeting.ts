import { z } from 'zod';
import { MeetingId, type SiteId } from './ids.ts';
import { E164, Extension } from './numbers.ts';
import { SecretRef } from './secret.ts';

/** A room to meet in by telephone, as the operator writes it in the site it belongs to. */
export const MeetingEntry = z.strictObject({
  id: MeetingId.describe('its name in commands and records: small letters, digits and dashes'),
  name: z.string().min(1).max(60).describe('for people'),
  extension: Extension.describe('the town-wide number that leads there'),
  did: E164.optional().describe('the public number that leads there; it must end in the extension'),
  pin: SecretRef.describe('where its PIN is; a generated one has six digits, and `beffroi meetings ID` shows it'),
  hostPin: SecretRef.optional().describe(
    'the PIN of whoever leads: nobody hears anybody before they are there, and when they leave it is over',
  ),
  participantsAtMost: z.int().min(2).max(50).default(10).describe('the next one is told that it is full'),
  tones: z.boolean().default(true).describe('a tone when somebody enters or leaves'),
});
export type MeetingEntry = z.infer<typeof MeetingEntry>;

/** A room to meet in, with everything resolved. */
export interface Meeting extends Omit<MeetingEntry, 'did' | 'hostPin'> {
  readonly site: SiteId;
  readonly did?: E164;
  readonly hostPin?: SecretRef;
}

export function meetingOf({ did, hostPin, ...entry }: MeetingEntry, site: SiteId): Meeting {
  return { ...entry, site, ...(did !== undefined && { did }), ...(hostPin !== undefined && { hostPin }) };
}

/** What a participant may do there. */
export type MeetingRole = 'host' | 'guest';

/** Longer than any meeting: whoever is still there then has forgotten to hang up. */
export const meetingSecondsAtMost = 4 * 3_600;
