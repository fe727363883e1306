/** Options of the media engine, with the meaning of each; the configuration composes this schema. */
import { z } from 'zod';

const Port = z.int().min(0).max(65_535);
const positive = z.int().positive();
const SUITES = ['AEAD_AES_256_GCM', 'AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const;

export const MediaSip = z.strictObject({
  address: z.string().default('127.0.0.1').describe('Where the signalling engine reaches us; keep it on loopback'),
  port: Port.default(5080).describe('UDP port for SIP; 0 takes a free one'),
  profile: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .default('drachtio_mrf')
    .describe('Name under which applications look for us in `sofia status`'),
  announceTls: z
    .boolean()
    .default(false)
    .describe('Name a TLS address as well, as a FreeSWITCH with certificates does'),
});

export const MediaEventSocket = z.strictObject({
  address: z.string().default('127.0.0.1').describe('Where applications connect; keep it on loopback'),
  port: Port.default(8021).describe('TCP port for applications; 0 takes a free one'),
  password: z.string().min(1).describe('What an application must present first'),
  allowedFrom: z
    .array(z.string())
    .default([])
    .describe('Addresses that may connect; empty: everyone who reaches the port and knows the password'),
  callBackTo: z
    .array(z.string())
    .default(['127.0.0.1', '::1'])
    .describe('Hosts that `X-esl-outbound` may name; `*` for any (only behind a closed network)'),
  heartbeatSeconds: positive.default(20).describe('Interval of HEARTBEAT events'),
  referenceFilter: z
    .boolean()
    .default(false)
    .describe('Leave the variables out of events that the reference FreeSWITCH image leaves out'),
});

export const MediaRtp = z.strictObject({
  address: z
    .string()
    .default('0.0.0.0')
    .describe('Address RTP sockets are bound to; 0.0.0.0: the advertised one when it is ours, else all'),
  advertised: z
    .string()
    .min(1)
    .optional()
    .describe('Address peers are told to send to; else the bound one, or the routable one found'),
  portFrom: z.int().min(1024).max(65_534).default(20_000).describe('First port, even'),
  portTo: z.int().min(1025).max(65_535).default(29_999).describe('Last port'),
  restSeconds: positive.default(10).describe('A port that was used rests so long'),
  learn: z
    .enum(['private', 'always', 'never'])
    .default('private')
    .describe('Believe a source other than the signalled one: of peers that signal a private address, of all, of none'),
  silenceSeconds: positive.default(60).describe('A leg that sends nothing for so long is ended'),
  holdSeconds: positive.default(3600).describe('The same while it is on hold'),
  jitterMinMs: positive.default(40).describe('Least delay of the jitter buffer'),
  jitterMaxMs: positive.default(200).describe('Greatest delay of the jitter buffer'),
  reportSeconds: positive.default(5).describe('Mean interval of RTCP reports'),
});

export const MediaSrtp = z.strictObject({
  use: z.enum(['never', 'allowed', 'required']).default('allowed').describe('SRTP with keys in SDP'),
  suites: z
    .array(z.enum(SUITES))
    .min(1)
    .default([...SUITES])
    .describe('In our order of preference'),
});

export const MediaFolders = z.strictObject({
  sounds: z.array(z.string().min(1)).default([]).describe('Where relative names of prompts are looked for, in turn'),
  music: z.string().min(1).optional().describe('A folder for each class of music on hold, with WAV files'),
  recordings: z.string().min(1).optional().describe('Where recordings go; nothing is written outside'),
  alsoReadable: z.array(z.string().min(1)).default([]).describe('Further folders from which files may be played'),
  alsoWritable: z.array(z.string().min(1)).default([]).describe('Further folders into which recordings may go'),
  freeFloorMegabytes: positive.default(256).describe('Recording stops when less is free'),
});

export const MediaLimits = z.strictObject({
  channels: positive.default(2000).describe('Most channels; more are refused with 503'),
  applications: positive.default(64).describe('Most connected applications'),
  conferences: positive.default(500).describe('Most conferences'),
  members: positive.default(200).describe('Most members of a conference'),
  socketQueueBytes: positive
    .default(4_194_304)
    .describe('Bytes waiting for an application that does not read, then it is cut off'),
  recordSeconds: positive.default(14_400).describe('No recording is longer'),
});

export const MediaOptions = z.strictObject({
  sip: MediaSip.prefault({}),
  eventSocket: MediaEventSocket,
  rtp: MediaRtp.prefault({}),
  srtp: MediaSrtp.prefault({}),
  folders: MediaFolders.prefault({}),
  limits: MediaLimits.prefault({}),
  codecs: z
    .array(z.enum(['PCMA', 'PCMU', 'G722']))
    .min(1)
    .default(['PCMA', 'PCMU', 'G722'])
    .describe('What we speak; in answers the order of the offer goes first'),
  browsers: z.boolean().default(true).describe('Take offers of browsers: DTLS-SRTP, ICE-lite, RTCP on the same port'),
  inBandDtmf: z.boolean().default(true).describe('Hear keys in the sound where no telephone-event was agreed'),
});
export type MediaOptions = z.infer<typeof MediaOptions>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** No phone number and no secret is ever in `message` or `fields` above debug. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number>>) => void;
