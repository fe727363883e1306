import { z } from 'zod';
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
});
export type RtpOptions = z.infer<typeof RtpOptions>;

export const EmbeddedMedia = z.strictObject({
  is: z.literal('embedded').describe('our own, started with the exchange'),
  rtp: RtpOptions.prefault({}).describe('where sound comes and goes'),
  music: folder
    .optional()
    .describe('a folder whose folder `default` holds the music on hold (WAV); a soft tone unless given'),
  channelsAtMost: z.int().min(2).max(20_000).default(2_000).describe('parties connected to it at once'),
});

export const FreeswitchMedia = z.strictObject({
  is: z.literal('freeswitch').describe('a FreeSWITCH'),
  address: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}:\d{1,5}$/, 'a host and a port, such as "10.10.0.12:8021"')
    .describe('of its event socket: host:port'),
  secret: SecretRef.describe('the password of its event socket'),
  profile: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
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
});

export const MediaEngine = z.discriminatedUnion('is', [EmbeddedMedia, FreeswitchMedia]);
export type MediaEngine = z.infer<typeof MediaEngine>;
