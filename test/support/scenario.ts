import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * A scenario is a folder: its name is the sentence that is proved, `expect.yaml` tells what happens in which order,
 * the SIPp files beside it (or in `peers/`) say what each peer sends and expects. docs/testing.md shows how to write one.
 */

const after = z
  .string()
  .regex(
    /^[a-z0-9-]+ (says [a-z0-9-]+( \d+ times)?|ended)$/,
    '"<peer> says <word>", "<peer> says <word> 2 times" or "<peer> ended"',
  );

const PlayStep = z.strictObject({
  play: z
    .string()
    .regex(/^[a-z0-9-]+\.xml$/)
    .describe('a SIPp scenario, here or in peers/'),
  as: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('operator, operator-b, ipbx, line-4101 (its account is 4101), stranger …'),
  registers: z
    .boolean()
    .default(false)
    .describe('registers first, over the same socket, and plays the rest for each call that comes in'),
  dials: z.string().optional(),
  password: z.string().optional().describe('another than the right one'),
  with: z
    .record(z.string(), z.string())
    .default({})
    .describe('further [name]s of the SIPp scenario; also "the To header line-4101 sent", "the call of line-4101"'),
  headers: z.array(z.string()).default([]).describe('header lines of its INVITE'),
  calls: z.int().min(1).max(50).default(1),
  exit: z.int().default(0).describe('the exit code it must end with; not looked at when it registers'),
  says: z.array(z.string()).default([]).describe('what it must have said in the end'),
  stays: z.boolean().default(false).describe('never ends by itself; it is stopped in the end'),
  idle: z.boolean().default(false).describe('nothing may reach it; it is stopped in the end'),
  repeats: z.boolean().default(false).describe('takes a repeated message for a new one (SIPp would put it aside)'),
  after: after.optional(),
});

const SoftphoneStep = z.strictObject({
  softphone: z
    .string()
    .regex(/^(line-\d+(-[a-z]+)?|operator)$/)
    .describe('a line, registered; or the operator, in the place of SIPp'),
  number: z.string().default('+33639980123').describe('the number that the operator calls from'),
  encrypts: z.boolean().default(false).describe('talks over SRTP and nothing else, keys by SDES'),
  hears: z.number().describe('what its microphone hears, in Hz'),
  answers: z.boolean().default(false),
});

const BrowserStep = z.strictObject({
  browser: z.string().regex(/^line-\d+(-[a-z]+)?$/),
  hears: z.number().describe('what its microphone hears, in Hz'),
  answers: z.boolean().default(false),
});

const ReflectorStep = z.strictObject({
  reflector: z.string().describe('who sends every call back to us'),
  disguise: z.enum(['proxy', 'b2bua']),
});

const ExchangeStep = z.strictObject({
  exchange: z.enum([
    'is reloaded',
    'refuses to reload',
    'is killed and started again',
    'is asked to stop',
    'has ended',
  ]),
  town: z.string().optional().describe('a folder of this scenario laid over the running configuration first'),
  after: after.optional(),
});

const TellStep = z.strictObject({
  tell: z.string().describe('the peer that waits with <recv request="CONTINUE"/>'),
  call: z.string().default('call').describe('the word with which it gave the Call-ID'),
  after: after.optional(),
});

const WaitStep = z.strictObject({ wait: after });

const WishStep = z.strictObject({
  line: z.string().describe('whose owner wishes something'),
  wishes: z.string().describe('the star code that says so; it is told to the API'),
  onlyFrom: z.string().optional().describe('the callers that a forward is meant for'),
});

const SoftphoneAction = z.strictObject({
  phone: z.string(),
  does: z.enum(['dial', 'answer', 'hang up', 'hold', 'resume', 'press', 'transfer']).optional(),
  dials: z.string().optional().describe('for dial and transfer'),
  keys: z.string().optional().describe('what is pressed'),
  until: z.string().optional().describe('the event it then waits for, by baresip’s name, such as CALL_ESTABLISHED'),
  times: z.int().default(1).describe('how often that event must have come in all'),
  hearsFor: z.number().optional().describe('waits until it has recorded so many seconds'),
  hearsTone: z.number().optional().describe('waits until it has heard so many Hz for 0.2 s, a note of the music'),
  saysFor: z.number().optional().describe('waits until its microphone has sent so many seconds more'),
  told: z.string().optional().describe('waits until it has been told a sentence, such as fr/pin.choose'),
});

export const Step = z.union([
  PlayStep,
  SoftphoneStep,
  BrowserStep,
  ReflectorStep,
  ExchangeStep,
  TellStep,
  WaitStep,
  WishStep,
  SoftphoneAction,
]);
export type Step = z.infer<typeof Step>;
export type PlayStep = z.infer<typeof PlayStep>;
export type SoftphoneStep = z.infer<typeof SoftphoneStep>;
export type BrowserStep = z.infer<typeof BrowserStep>;
export type ReflectorStep = z.infer<typeof ReflectorStep>;
export type ExchangeStep = z.infer<typeof ExchangeStep>;
export type TellStep = z.infer<typeof TellStep>;
export type WishStep = z.infer<typeof WishStep>;
export type SoftphoneAction = z.infer<typeof SoftphoneAction>;

/** The tone of one softphone, or one of ours, must be what another heard, for at least so long. */
const Heard = z.strictObject({
  who: z.string(),
  hears: z.union([z.string(), z.number()]).describe('whose tone; or which, in Hz'),
  seconds: z.number().default(1),
  straight: z.boolean().default(true).describe('from its own socket; false: by way of the media engine'),
  decibels: z.number().optional().describe('as loud as it was said, but for so much'),
});

/** A sentence of ours must be what a softphone heard: as it is in src/prompts, as loud, and without a gap. */
const Told = z.strictObject({
  who: z.string(),
  prompt: z.string().describe('the recording, such as fr/disturb.on'),
  correlation: z.number().default(0.95).describe('at least; of the samples, at 8 kHz'),
  decibels: z.number().default(1).describe('louder or softer than the recording by less'),
  gapMs: z.number().default(25).describe('no gap as long'),
});

const Expectation = z.strictObject({
  says: z.string().optional().describe('what is proved, when the folder’s name needs help'),
  town: z.string().describe('a folder of towns/; files of a folder town/ here replace its files'),
  over: z
    .array(z.enum(['udp', 'tcp']))
    .min(1)
    .default(['udp', 'tcp']),
  only: z.enum(['embedded', 'drachtio']).optional().describe('the one engine it is about'),
  media: z.enum(['embedded', 'freeswitch']).optional().describe('the one media server it is about'),
  because: z.string().optional().describe('why only that one'),
  slow: z.boolean().default(false).describe('takes over half a minute: runs under CI, or with BEFFROI_SLOW=1'),
  root: z.boolean().default(false).describe('SIPp plays packets from a file, which only root may do'),
  seconds: z.int().default(40).describe('all is over within this time'),
  steps: z.array(Step).min(1),
  heard: z.array(Heard).default([]),
  told: z.array(Told).default([]),
  ledger: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('every call, oldest first; what is not named is not looked at'),
  metrics: z.record(z.string(), z.number()).default({}),
  sees: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('regular expressions; each must fit a message the peer received'),
  never: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('regular expressions; none may fit any message the peer received'),
  relayed: z
    .array(z.strictObject({ from: z.string(), to: z.string() }))
    .default([])
    .describe('the SDP one sent first is the SDP the other got first'),
  messages: z
    .record(z.string(), z.int())
    .default({})
    .describe('at most so many messages at a peer or reflector, both ways'),
  mailboxes: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('what the API tells of mailboxes, each by its id; what is not named is not looked at'),
  callBacks: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('every call-back, owed or closed, as the API tells it; what is not named is not looked at'),
  recordings: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('every recorded talk, likewise; each must have ended'),
  log: z
    .strictObject({ mustSay: z.array(z.string()).default([]), mayComplain: z.array(z.string()).default([]) })
    .prefault({}),
});
export type Expectation = z.infer<typeof Expectation>;

export interface Scenario extends Expectation {
  readonly name: string;
  readonly folder: string;
}

/** Reads every scenario of a folder. A broken one is an error that names its file. */
export async function readScenarios(root: string): Promise<readonly Scenario[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !['peers', 'towns'].includes(entry.name));
  return Promise.all(
    folders
      .map(({ name }) => name)
      .sort()
      .map((name) => readScenario(root, name)),
  );
}

async function readScenario(root: string, name: string): Promise<Scenario> {
  const folder = join(root, name);
  const file = join(folder, 'expect.yaml');
  const read = Expectation.safeParse(parse(await readFile(file, 'utf8')));
  if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
  return { ...read.data, name: name.replaceAll('-', ' '), folder };
}
