import { z } from 'zod';
import { LineCallBackDefaults } from './call-back.ts';
import { type CompiledRule, DialRule } from './dial-rule.ts';
import { Forwards } from './forwards.ts';
import { type SiteId, TrunkId } from './ids.ts';
import { LineEntry, ShownNumber } from './line.ts';
import { MailboxDefaults } from './mailbox.ts';
import { MediaPolicy } from './media.ts';
import { MeetingEntry } from './meeting.ts';
import { E164 } from './numbers.ts';
import { type Right, RightsClasses } from './reach.ts';

/** Where help is sent: the civic address that belongs to the number shown (CPCE D.98-8). */
export const CivicAddress = z.strictObject({
  street: z.string().min(1).max(120),
  postcode: z.string().regex(/^\d{5}$/, 'a postcode: 5 digits, in quotes'),
  commune: z.string().min(1).max(80),
  insee: z.string().regex(/^(\d{5}|2[AB]\d{3})$/, 'an INSEE code of the commune: 5 characters, in quotes'),
});
export type CivicAddress = z.infer<typeof CivicAddress>;

/** How people at this site get an outside line. */
export const OutsideLine = z.strictObject({
  prefix: z
    .string()
    .regex(/^\d{0,2}$/, 'none, one or two digits, in quotes')
    .describe('"" when none is dialled'),
  trunks: z.array(TrunkId).min(1).readonly().describe('the trunks to try, in order'),
  international: z.array(TrunkId).min(1).readonly().optional().describe('other trunks for international numbers'),
  localArea: z
    .array(z.string().regex(/^\+\d{1,12}$/, 'the beginning of a number, such as "+33199"'))
    .readonly()
    .default([])
    .describe('the beginnings of numbers that count as local'),
});
export type OutsideLine = z.infer<typeof OutsideLine>;

/** A site as the operator writes it: `sites/<id>.yaml`. The id is the file's name. */
export const SiteFile = z.strictObject({
  name: z.string().min(1).max(80),
  kind: z
    .enum(['town-hall', 'social', 'school', 'creche', 'sports', 'culture', 'depot', 'remote', 'police', 'other'])
    .describe('for people; nothing is decided by it'),
  timeZone: z.string().describe('an IANA name such as Europe/Paris'),
  address: CivicAddress,
  mainNumber: E164.describe('the number of the site, one of the town’s own'),
  shownNumber: ShownNumber.default('line').describe(
    'shown outside by default: the line’s own number (the site’s, when it has none), or the site’s',
  ),
  emergency: z.strictObject({
    number: E164.describe('shown to the emergency services: a number of the site that can be called back'),
    trunks: z
      .array(TrunkId)
      .min(1)
      .readonly()
      .optional()
      .describe('the trunks to try first, in order; every other operator trunk comes after them'),
  }),
  outsideLine: OutsideLine,
  shortNumbers: z
    .strictObject({ digits: z.int().min(2).max(4).describe('that all of them have') })
    .optional()
    .describe('this site keeps numbers of its own'),
  dialPlan: z.strictObject({
    use: z.string().optional().describe('a dial plan of exchange.yaml to build on'),
    rules: z.array(DialRule).max(200).readonly().default([]).describe('of this site; beside those of `use`'),
  }),
  rights: z.strictObject({
    default: z.string().describe('the class of a line that names none'),
    classes: RightsClasses.default({}).describe('classes of this site; a name of exchange.yaml is replaced here'),
  }),
  callsAtMost: z.int().min(1).max(10_000).default(200).describe('simultaneous calls of the site'),
  mailboxes: MailboxDefaults.optional().describe('how the mailboxes of its lines and services shall be'),
  callBacks: LineCallBackDefaults.prefault({}).describe(
    'callers of its lines who are to be called back; those of its services are always',
  ),
  media: MediaPolicy.default('auto').describe(
    'how the sound of its lines runs: auto, over the media server where it must; direct, between the phones; anchored, always over the media server',
  ),
  srtp: z
    .boolean()
    .default(false)
    .describe('its phones are offered encrypted sound only (SRTP, keys in the description, RFC 4568)'),
  forwards: Forwards.prefault({}).describe('what its lines may forward calls to, and how calls are taken there'),
  meetings: z.array(MeetingEntry).max(200).readonly().default([]).describe('rooms to meet in by telephone, with a PIN'),
  lines: z.array(LineEntry).max(2_000).readonly().default([]),
  linesFrom: z
    .string()
    .regex(/^[A-Za-z0-9._-]+\.csv$/, 'the name of a CSV file beside this one')
    .optional(),
});
export type SiteFile = z.infer<typeof SiteFile>;

/** A site with everything resolved. */
export interface Site {
  readonly id: SiteId;
  readonly name: string;
  readonly kind: SiteFile['kind'];
  readonly timeZone: string;
  readonly address: CivicAddress;
  readonly mainNumber: E164;
  readonly shownNumber: ShownNumber;
  readonly emergency: { readonly number: E164; readonly trunks: readonly TrunkId[] };
  readonly outsideLine: OutsideLine;
  readonly shortNumberDigits?: number;
  /** Most specific first: the first that fits is the one. */
  readonly plan: readonly CompiledRule[];
  readonly rights: { readonly default: string; readonly classes: ReadonlyMap<string, ReadonlySet<Right>> };
  readonly callsAtMost: number;
  readonly mailboxes?: MailboxDefaults | undefined;
  readonly media: MediaPolicy;
  readonly srtp: boolean;
  readonly forwards: Forwards;
}
