import type { Calendar, CalendarId } from './calendar.ts';
import type { Exchange } from './exchange.ts';
import type { LineId, MailboxId, MeetingId, ServiceId, SiteId, TrunkId } from './ids.ts';
import type { Line } from './line.ts';
import type { Mailbox } from './mailbox.ts';
import type { Meeting } from './meeting.ts';
import type { E164, Extension, ShortNumber } from './numbers.ts';
import type { Service } from './service.ts';
import type { Site } from './site.ts';
import type { Trunk } from './trunk.ts';

/** What a number of the town's own belongs to. */
export type Owner =
  | { readonly is: 'line'; readonly line: LineId }
  | { readonly is: 'service'; readonly service: ServiceId }
  | { readonly is: 'meeting'; readonly meeting: MeetingId }
  /** Where mailboxes are heard from outside. */
  | { readonly is: 'mailboxes' }
  | { readonly is: 'ipbx'; readonly trunk: TrunkId };

/** A block of extensions that lives on an IPBX: `from` ≤ extension ≤ `to`, all of one length. */
export interface IpbxBlock {
  readonly from: Extension;
  readonly to: Extension;
  readonly trunk: TrunkId;
}

/** Everything the operator wrote: checked, cross-referenced, indexed and frozen. A call keeps the one it arrived under. */
export interface Config {
  readonly exchange: Exchange;
  readonly sites: ReadonlyMap<SiteId, Site>;
  readonly trunks: ReadonlyMap<TrunkId, Trunk>;
  readonly lines: ReadonlyMap<LineId, Line>;
  readonly services: ReadonlyMap<ServiceId, Service>;
  readonly calendars: ReadonlyMap<CalendarId, Calendar>;
  readonly mailboxes: ReadonlyMap<MailboxId, Mailbox>;
  readonly meetings: ReadonlyMap<MeetingId, Meeting>;
  /** Lines, services and meetings by their town-wide number. IPBX numbers are in `blocks`. */
  readonly byExtension: ReadonlyMap<Extension, Owner>;
  /** Lines by the short numbers of their site. */
  readonly byShortNumber: ReadonlyMap<SiteId, ReadonlyMap<ShortNumber, LineId>>;
  /** Lines, services and meetings by public number, in E.164. Numbers of an IPBX block follow from `blocks` and the DID prefix. */
  readonly byDid: ReadonlyMap<E164, Owner>;
  readonly blocks: readonly IpbxBlock[];
  /** Which configuration this is: a digest of its files, and a count that goes up with each reload. */
  readonly version: { readonly digest: string; readonly generation: number };
}
