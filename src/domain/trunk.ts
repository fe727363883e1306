import { z } from 'zod';
import { SiteId, type TrunkId } from './ids.ts';
import { MediaPolicy } from './media.ts';
import { E164, Extension } from './numbers.ts';
import { Right } from './reach.ts';
import { SecretRef } from './secret.ts';

/** One address a trunk is reached at. Lower priority first; among equals, by weight (RFC 2782). */
export const TrunkTarget = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9.-]{1,253}$/, 'an address or a host name'),
  port: z.int().min(1).max(65_535).default(5060),
  transport: z.enum(['udp', 'tcp']).default('udp'),
  priority: z.int().min(0).max(65_535).default(10).describe('the lowest is tried first'),
  weight: z.int().min(0).max(65_535).default(10).describe('how often, among those of one priority'),
});
export type TrunkTarget = z.infer<typeof TrunkTarget>;

/** Where a trunk's calls may come from: an IPv4 address or network, with a port where several peers share an address. */
export const SourceText = z
  .string()
  .regex(
    /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?(:\d{1,5})?$/,
    'an IPv4 address, perhaps /network or :port, such as "10.20.0.0/24"',
  );

/** How numbers are written on the trunk. `e164`: +33199004000. `national`: 0199004000. `extension`: inside the town, 4101. */
export const NumberFormat = z.enum(['e164', 'national', 'extension']);
export type NumberFormat = z.infer<typeof NumberFormat>;

const IpbxSide = z.strictObject({
  site: SiteId.describe('the site whose dial plan its callers dial by'),
  blocks: z
    .array(z.strictObject({ from: Extension, to: Extension }))
    .min(1)
    .max(100)
    .readonly()
    .describe('the extensions that live on the IPBX'),
  rights: z.array(Right).readonly().describe('what its callers may reach through us'),
});

/** A SIP peer that carries many calls, as the operator writes it: `trunks/<id>.yaml`. The id is the file's name. */
export const TrunkFile = z.strictObject({
  name: z.string().min(1).max(80),
  role: z.enum(['operator', 'ipbx']),
  ipbx: IpbxSide.optional().describe('needed for role ipbx, refused for role operator'),
  targets: z.array(TrunkTarget).min(1).max(16).readonly(),
  sources: z.array(SourceText).min(1).max(64).readonly().describe('addresses whose calls are this trunk’s'),
  numbers: z
    .strictObject({
      sent: NumberFormat.default('e164').describe('+33199004000, 0199004000, or inside the town 4000'),
      received: NumberFormat.default('e164').describe('how a number without + is read'),
    })
    .prefault({}),
  callerNumber: z
    .enum(['p-asserted-identity', 'from'])
    .default('p-asserted-identity')
    .describe('which header the caller’s number is believed from'),
  mayShow: z
    .array(z.strictObject({ from: E164, to: E164 }))
    .max(200)
    .readonly()
    .default([])
    .describe('the numbers the contract lets us show; none given: every number of ours'),
  otherwiseShow: E164.optional().describe('shown in place of a number we may not show; needed with mayShow'),
  diversion: z
    .enum(['none', 'diversion', 'history-info', 'both'])
    .default('both')
    .describe('how a diverted call says so (RFC 5806, RFC 7044)'),
  forwardsShow: z
    .enum(['automatic', 'original', 'line'])
    .default('automatic')
    .describe(
      'whose number is shown of a call that a line forwards: the caller’s, whatever mayShow says (original); the line’s (line); the caller’s where mayShow allows it and, once that is refused, the line’s (automatic)',
    ),
  channels: z
    .int()
    .min(1)
    .max(10_000)
    .describe('simultaneous calls, both directions together; emergency calls are exempt'),
  credentials: z
    .strictObject({ username: z.string().min(1).max(64), realm: z.string().min(1).max(128), password: SecretRef })
    .optional()
    .describe('answered to a challenge of this realm, from this trunk’s own addresses'),
  noReplySeconds: z
    .number()
    .min(0.5)
    .max(32)
    .default(4)
    .describe('no reply at all to an INVITE: the next target is tried'),
  ringSeconds: z.int().min(10).max(180).default(120).describe('how long a call may ring'),
  media: MediaPolicy.default('auto').describe(
    'how the sound of its calls runs: auto, over the media server where it must; direct, between the phones; anchored, always over the media server',
  ),
  health: z
    .strictObject({
      everySeconds: z.number().min(0.2).max(3600).default(30).describe('between two OPTIONS to each target'),
      misses: z.int().min(1).max(10).default(3).describe('OPTIONS without an answer before a target counts as down'),
    })
    .prefault({}),
});
export type TrunkFile = z.infer<typeof TrunkFile>;

/** A trunk with everything resolved. */
export interface Trunk extends Omit<TrunkFile, 'ipbx' | 'sources'> {
  readonly id: TrunkId;
  readonly ipbx?: z.infer<typeof IpbxSide>;
  readonly sources: readonly Source[];
}

/** An IPv4 network as numbers: `(address & mask) === network`. */
export interface Source {
  readonly network: number;
  readonly mask: number;
  readonly port?: number;
}
