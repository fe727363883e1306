import { z } from 'zod';
import { LineCallBack } from './call-back.ts';
import { LineFilter } from './filter.ts';
import { ForwardsAccept } from './forwards.ts';
import { LineId, type SiteId } from './ids.ts';
import { MailboxEntry } from './mailbox.ts';
import { MediaPolicy } from './media.ts';
import { E164, Extension, ShortNumber } from './numbers.ts';
import { SecretRef } from './secret.ts';

/** Which number the people called get to see: the line's own DID, the site's number, or one of the town's numbers. */
export const ShownNumber = z.union([z.enum(['line', 'site']), E164]);
export type ShownNumber = z.infer<typeof ShownNumber>;

/** The name of a group whose lines pick up each other's calls. */
export const PickupGroup = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'a name: small letters, digits and dashes')
  .brand<'PickupGroup'>();
export type PickupGroup = z.infer<typeof PickupGroup>;

/** One line of a site, as the operator writes it: in the site's YAML, or as a row of the CSV beside it. */
export const LineEntry = z.strictObject({
  id: LineId.optional().describe('the SIP account; the extension unless given'),
  extension: Extension.describe('the town-wide number'),
  name: z.string().min(1).max(60).describe('whose line: shown to the colleague who is called'),
  did: E164.optional().describe('the public number that rings here; it must end in the extension'),
  short: ShortNumber.optional().describe("this site's own short number"),
  rights: z.string().optional().describe("a class of rights; the site's default unless given"),
  shown: ShownNumber.optional().describe("the number shown outside; the site's policy unless given"),
  kind: z.enum(['phone', 'softphone', 'fax', 'lift', 'door', 'alarm']).default('phone'),
  contacts: z.int().min(1).max(20).optional().describe('how many devices may be registered at once'),
  password: SecretRef.optional().describe('where its password is; made from the data folder’s key unless given'),
  mailbox: MailboxEntry.optional().describe(
    'its mailbox: true, false or how it shall be (in a CSV: yes, no, or the e-mail address to tell); the site’s default unless given',
  ),
  callBack: LineCallBack.optional().describe(
    'whoever called it and was not served is to be called back: true, false or by when (in a CSV: yes or no); the site’s default unless given',
  ),
  media: MediaPolicy.optional().describe("how its sound runs; the site's setting unless given"),
  srtp: z
    .boolean()
    .optional()
    .describe("its phones are offered encrypted sound only (in a CSV: yes or no); the site's setting unless given"),
  forwardsAccept: ForwardsAccept.optional().describe(
    "how its calls are taken on a mobile that they are forwarded to; the site's setting unless given",
  ),
  pickupGroup: PickupGroup.optional().describe(
    'whose calls it picks up by *8, and who picks up its own: the lines with the same name, at whatever site; those of its site that name none unless given',
  ),
  filter: LineFilter.optional().describe('calls ring the secretary first (boss and secretary); not in a CSV'),
});
export type LineEntry = z.infer<typeof LineEntry>;

/** Nobody speaks to a lift. */
export function isForPeople({ kind }: Pick<LineEntry, 'kind'>): boolean {
  return kind === 'phone' || kind === 'softphone';
}

/** A line with everything resolved. */
export interface Line {
  readonly id: LineId;
  readonly site: SiteId;
  readonly extension: Extension;
  readonly name: string;
  readonly did?: E164;
  readonly short?: ShortNumber;
  /** The name of the class its rights come from. */
  readonly rights: string;
  readonly shown: ShownNumber;
  readonly kind: LineEntry['kind'];
  readonly contactsAtMost: number;
  readonly password?: SecretRef;
  /** What its entry says; `Config.mailboxes` says what came of it. */
  readonly mailbox?: MailboxEntry;
  /** Callers who were not served are to be called back. */
  readonly callBack?: { readonly withinMinutes: number } | undefined;
  /** Its own settings, where they are not its site's. */
  readonly media?: MediaPolicy;
  readonly srtp?: boolean;
  readonly forwardsAccept?: ForwardsAccept;
  readonly filter?: LineFilter;
  /** Absent: that of its site. */
  readonly pickupGroup?: PickupGroup | undefined;
  /** Where it stands in the configuration, such as `sites/mairie.csv:12`. */
  readonly config: string;
}
