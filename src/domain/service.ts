import { z } from 'zod';
import { type ServiceId, SiteId } from './ids.ts';
import { MailboxWishes } from './mailbox.ts';
import { E164, Extension } from './numbers.ts';

/** In which order the members of a service ring. `rotating`: each call begins with the next member. */
export const strategies = ['together', 'in turn', 'rotating', 'longest idle'] as const;
export type Strategy = (typeof strategies)[number];

/** A hotline as the operator writes it: `services/<id>.yaml`, one block a service. The id is the file's name. */
export const ServiceFile = z.strictObject({
  name: z.string().min(1).max(80),
  site: SiteId.describe('the site it belongs to: its clock, its outside lines'),
  numbers: z.array(E164).min(1).max(20).readonly().describe('the public numbers that lead here'),
  extension: Extension.optional().describe('the town-wide number that leads here'),
  members: z
    .array(Extension)
    .min(1)
    .max(20)
    .readonly()
    .describe('who rings, all together: lines, or extensions on the IPBX'),
  ringSeconds: z.int().min(5).max(120).default(30),
  mailbox: MailboxWishes.optional().describe(
    'a mailbox of its own; its members share it, unless the block names others',
  ),
});
export type ServiceFile = z.infer<typeof ServiceFile>;

export interface Service extends ServiceFile {
  readonly id: ServiceId;
}
