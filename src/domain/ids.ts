import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,47}$/, 'an id: small letters, digits and dashes');

export const SiteId = name.brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

export const TrunkId = name.brand<'TrunkId'>();
export type TrunkId = z.infer<typeof TrunkId>;

export const ServiceId = name.brand<'ServiceId'>();
export type ServiceId = z.infer<typeof ServiceId>;

export const MeetingId = name.brand<'MeetingId'>();
export type MeetingId = z.infer<typeof MeetingId>;

/** A mailbox: the id of the line or of the service it belongs to, or a shared one's own. */
export const MailboxId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/, 'an id: small letters, digits, dots and dashes')
  .brand<'MailboxId'>();
export type MailboxId = z.infer<typeof MailboxId>;

/** A line's name in the system, and the user name of its SIP account. Its extension, unless it is given one. */
export const LineId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/, 'an id: small letters, digits, dots and dashes')
  .brand<'LineId'>();
export type LineId = z.infer<typeof LineId>;
