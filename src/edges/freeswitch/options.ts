import { z } from 'zod';
import { hostPort } from '../../domain/host-port.ts';
import { SecretRef } from '../../domain/secret.ts';

const ipv4 = z
  .string()
  .regex(/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/, 'an IPv4 address, such as "192.0.2.10"');

const folder = z.string().regex(/^\/[A-Za-z0-9_/.+~-]{0,400}$/, 'an absolute path without blanks');

/** Where the sound of calls comes and goes. */
export const RtpOptions = z.strictObject({
  address: ipv4
    .default('0.0.0.0')
    .describe('the address of this machine that sound is received at; 0.0.0.0: every one'),
  advertised: ipv4.optional().describe('the address phones are told to send to, when it is not this machine’s own'),
  portFrom: z.int().min(1024).max(65_534).default(20_000).describe('the first port for sound (RTP, UDP)'),
  portTo: z.int().min(1025).max(65_535).default(29_999).describe('the last one; two ports for each party'),
  learn: z
    .enum(['private', 'always', 'never'])
    .default('private')
    .describe(
      'whose sound may come from elsewhere than they said, as behind a NAT: of those who name a private address, of all, of nobody',
    ),
  silenceSeconds: z
    .int()
    .min(10)
    .max(86_400)
    .default(60)
    .describe('a party that was answered and sends no sound for so long is hung up on'),
  holdSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .default(3_600)
    .describe('the same while the party holds the call, or was not answered yet'),
  jitterMinMs: z.int().min(20).max(200).default(40).describe('sound is held back at least so long, to be put in order'),
  jitterMaxMs: z.int().min(20).max(500).default(200).describe('and at most so long, where the network is uneven'),
});
export type RtpOptions = z.infer<typeof RtpOptions>;

const freeMegabytesAtLeast = z
  .int()
  .min(1)
  .max(1_048_576)
  .default(256)
  .describe('nothing is recorded while less is free on the disk of the recordings');

export const EmbeddedMedia = z.strictObject({
  is: z.literal('embedded').describe('our own, started with the exchange'),
  rtp: RtpOptions.prefault({}).describe('where sound comes and goes'),
  music: folder
    .optional()
    .describe('a folder whose folder `default` holds the music on hold (WAV); a soft tone unless given'),
  channelsAtMost: z.int().min(2).max(20_000).default(2_000).describe('parties connected to it at once'),
  freeMegabytesAtLeast,
});
export type EmbeddedMedia = z.infer<typeof EmbeddedMedia>;

export const FreeswitchMedia = z.strictObject({
  is: z.literal('freeswitch').describe('a FreeSWITCH'),
  address: hostPort('10.10.0.12:8021').describe('of its event socket: host:port'),
  secret: SecretRef.describe('the password of its event socket'),
  profile: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'the name of a SIP profile: letters, digits, _ and -')
    .default('drachtio_mrf')
    .describe('the SIP profile that calls are sent to'),
  callBack: ipv4
    .optional()
    .describe('the address of ours that its channels connect to, when it cannot be the one we reach it from'),
  music: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'the name of a stream')
    .default('default')
    .describe('its local_stream with the music on hold; a soft tone where it has none of that name'),
  recordings: folder
    .optional()
    .describe('where it writes recordings; the folder `recordings` of our data, shared with it, unless given'),
  freeMegabytesAtLeast: freeMegabytesAtLeast.describe(
    'nothing is recorded while less is free there, where that folder can be seen from here',
  ),
});

export const MediaEngine = z.discriminatedUnion('is', [EmbeddedMedia, FreeswitchMedia]);
export type MediaEngine = z.infer<typeof MediaEngine>;
