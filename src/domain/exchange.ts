import { z } from 'zod';
import { DialRule } from './dial-rule.ts';
import { MailboxDefaults } from './mailbox.ts';
import { E164 } from './numbers.ts';
import { RightsClasses } from './reach.ts';

/** What holds for the whole town: the head of `exchange.yaml` (the engines' and edges' options stand beside it). */
export const Exchange = z.strictObject({
  name: z.string().min(1).max(80).describe('of the town'),
  realm: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,126}$/, 'a domain name such as telephonie.example')
    .describe('the domain of the SIP accounts'),
  timeZone: z.string().default('Europe/Paris').describe('by whose clock the commands read and tell times'),
  country: z.enum(['FR']).default('FR').describe('whose numbering plan'),
  tones: z
    .enum(['fr', 'eu', 'us'])
    .default('fr')
    .describe(
      'whose tones callers hear from us (ring-back, busy and the like): of France, 440 Hz; of most of Europe, 425 Hz; of the United States',
    ),
  extensions: z.strictObject({
    digits: z.int().min(3).max(7).describe('that every extension has'),
    didPrefix: z
      .string()
      .regex(/^\+[1-9]\d{1,11}$/, 'the beginning of the town’s public numbers, such as "+3319900"')
      .describe('an extension behind it is a public number'),
  }),
  dialPlans: z
    .record(z.string(), z.array(DialRule).max(200).readonly())
    .default({})
    .describe('plans that sites build on'),
  rights: RightsClasses.default({}).describe('classes of rights that every site knows'),
  registration: z
    .strictObject({
      secondsAtLeast: z.int().min(10).max(3600).default(60).describe('a phone that asks for less is told so (423)'),
      secondsAtMost: z.int().min(60).max(86_400).default(3600).describe('a phone that asks for more gets this'),
      seconds: z.int().min(60).max(86_400).default(300).describe('granted when a phone asks for nothing'),
      contactsPerLine: z.int().min(1).max(20).default(5).describe('devices of one line at once'),
    })
    .prefault({}),
  digest: z
    .strictObject({
      algorithms: z
        .array(z.enum(['SHA-256', 'MD5']))
        .min(1)
        .readonly()
        .default(['SHA-256', 'MD5'])
        .describe('offered in this order (RFC 8760); phones known to stop at what they do not know get MD5 alone'),
      onlyMd5For: z
        .array(z.string().min(3).max(60))
        .max(50)
        .readonly()
        .default([])
        .describe('how the User-Agent of further phones begins that must be offered nothing but MD5'),
      nonceSeconds: z.int().min(10).max(3600).default(300).describe('how long a challenge may be answered'),
    })
    .prefault({}),
  ringSeconds: z.int().min(10).max(180).default(60).describe('how long a line rings'),
  mailboxes: MailboxDefaults.extend({
    numbers: z
      .array(E164)
      .max(10)
      .readonly()
      .default([])
      .describe('public numbers by which mailboxes are heard from outside, with their PIN'),
  })
    .prefault({})
    .describe('how mailboxes shall be'),
  transfers: z
    .strictObject({
      lines: z.boolean().default(true).describe('agents may transfer the calls they talk in'),
      ipbx: z.boolean().default(true).describe('and so may whoever talks by the IPBX; nobody from outside ever may'),
      recall: z
        .boolean()
        .default(true)
        .describe('when nobody takes a transferred call, the line that has transferred it and hung up is rung again'),
    })
    .prefault({})
    .describe('who may connect the other one with somebody else (REFER)'),
  parking: z
    .strictObject({
      recallSeconds: z
        .int()
        .min(15)
        .max(3_600)
        .default(120)
        .describe('a call that nobody fetches rings whoever parked it'),
    })
    .prefault({})
    .describe('calls parked by a transfer to *70'),
  watching: z
    .strictObject({
      lines: z
        .enum(['site', 'town', 'nobody'])
        .default('site')
        .describe('whose busy lamps a line may have: of its own site, of the whole town, none but its own'),
      atMost: z.int().min(1).max(1_000).default(100).describe('lamps of one line, over all its phones'),
    })
    .prefault({})
    .describe('busy lamps (RFC 4235): they tell that a line rings or talks, never with whom'),
  relayNumbers: z
    .array(E164)
    .max(20)
    .readonly()
    .default([])
    .describe(
      'numbers that the relay service for deaf people calls from: no hotline welcomes them with an announcement',
    ),
  callsAtMost: z.int().min(1).max(100_000).default(2_000).describe('simultaneous calls of the town'),
  setupsPerSecondAtMost: z
    .int()
    .min(1)
    .max(10_000)
    .default(1_000)
    .describe('new calls; beyond that they are refused for a moment (503)'),
});
export type Exchange = z.infer<typeof Exchange>;
