import { z } from 'zod';
import { CalendarId } from './calendar.ts';
import { RecordingBlock } from './call-recording.ts';
import { ServiceId, SiteId } from './ids.ts';
import { MailboxWishes } from './mailbox.ts';
import { E164, Extension } from './numbers.ts';
import type { Hears, Key, Say } from './say.ts';
import { keys } from './say.ts';
import type { Schedule } from './schedule.ts';
import { ServiceTest } from './service-test.ts';

/** In which order the members of a service ring. `rotating`: each call begins with the next member. */
export const strategies = ['together', 'in turn', 'rotating', 'longest idle'] as const;
export type Strategy = (typeof strategies)[number];

/** How a service is at the moment: by its hours, or as somebody has switched it. */
export const serviceModes = ['normal', 'crisis', 'closed'] as const;
export type ServiceMode = (typeof serviceModes)[number];

/** Where a call can be sent to for good: it never leads to silence. */
export const lastResorts = ['mailbox', 'call-back', 'goodbye'] as const;
export type LastResort = (typeof lastResorts)[number];

const SaidText = z
  .string()
  .max(120)
  .regex(
    /^[a-z0-9][a-z0-9_/-]*(\.[a-z0-9-]+)+$/,
    'a sentence such as "hotline.closed", or a sound file such as "prompts/portage.wav"',
  );

/** What is said: a sentence of the exchange, or a sound file of the town’s own; several are said one after the other. */
const Said = z.union([SaidText, z.array(SaidText).min(1).max(6).readonly()]);

const RungText = z
  .string()
  .regex(
    /^(\d{3,7}|\+[1-9]\d{6,14}|[a-z][a-z0-9-]{0,47})$/,
    'an extension such as "4101", a mobile such as "+33639980001", or a service such as accueil',
  );

/** Where a call goes: one who rings, several who ring together, `members` again, or a last resort. */
const GoesTo = z.union([RungText, z.array(RungText).min(1).max(20).readonly()]);

const seconds = (atLeast: number, atMost: number) => z.int().min(atLeast).max(atMost);

const Way = z.strictObject({
  say: Said.optional().describe('said first'),
  to: GoesTo.describe('whom it rings; or members, mailbox, call-back, goodbye'),
});

const Step = z.strictObject({
  afterSeconds: seconds(5, 3600)
    .optional()
    .describe(
      'how long it has rung by then, all in all, after the queue if there is one; when whoever rings before has had their time, unless given',
    ),
  say: Said.optional().describe('said first'),
  to: GoesTo.describe('whom it rings; or mailbox, call-back, goodbye'),
  ringSeconds: seconds(5, 120).optional().describe('how long these ring; as long as members, unless given'),
});

const PreAnswer = z.strictObject({
  mode: z
    .enum(['answer', 'early-media'])
    .default('answer')
    .describe('answer: a 200, keys work, the caller is charged; early-media: a 183, nothing is charged'),
  say: Said.describe('the welcome'),
  ring: z
    .enum(['after', 'during'])
    .default('after')
    .describe('the members ring after the welcome, or while it is said'),
  whenAnswered: z.enum(['cut', 'finish']).default('cut').describe('somebody answers during it: cut it, or finish it'),
  hears: z.enum(['ring-back', 'music', 'silence']).default('ring-back').describe('while they ring'),
  secondsAtMost: seconds(1, 60).default(10).describe('cut after that; more than 20 is a warning'),
  callersAtMost: seconds(1, 500).optional().describe('so many wait or hear it at once; the next one goes to full'),
});

const QueueBlock = z.strictObject({
  callersAtMost: seconds(1, 500).default(20).describe('so many wait; the next one goes to full'),
  secondsAtMost: seconds(10, 3600).default(300).describe('then the overflow'),
  announceEverySeconds: z
    .union([z.literal(0), seconds(15, 600)])
    .default(60)
    .describe('position and expected wait are spoken once nobody is free, and then this often; 0: never'),
  hears: z.enum(['music', 'ring-back', 'silence']).default('music').describe('in between'),
  keys: z
    .partialRecord(z.enum(keys), RungText)
    .default({})
    .describe(
      'keys to leave the queue by: each leads to mailbox, call-back, or somebody who rings; those to mailbox and call-back are told to whoever waits',
    ),
  priority: z.int().min(0).max(9).default(0).describe('higher is served first, among services with the same members'),
  pauseSeconds: seconds(1, 60).default(5).describe('between two rounds of ringing'),
});

/** Its members share it, unless the block names others. */
const Mailbox = MailboxWishes.extend({ greeting: Said.optional().describe('in place of the usual greeting') });

const CallBack = z.strictObject({
  owner: ServiceId.optional().describe('the service that calls back; this one unless given'),
  withinMinutes: z
    .int()
    .min(5)
    .max(10_080)
    .default(120)
    .describe('of the opening hours of the service that calls back; by the clock where it has none'),
});

/** A hotline as the operator writes it: `services/<id>.yaml`, one block a service. The id is the file's name. */
export const ServiceFile = z.strictObject({
  name: z.string().min(1).max(80),
  site: SiteId.describe('the site it belongs to: its clock, its outside lines, its rights'),
  numbers: z.array(E164).min(1).max(20).readonly().describe('the public numbers that lead here'),
  extension: Extension.optional().describe('the town-wide number that leads here'),
  shown: z
    .union([z.enum(['service', 'caller']), E164])
    .default('service')
    .describe('the number that mobiles see: the service’s first, the caller’s, or another of the town’s'),
  rights: z.string().optional().describe('a class of rights, for its mobiles; the site’s default unless given'),
  hours: z
    .union([z.string().min(1).max(400), z.record(z.string().max(40), z.string().max(200))])
    .default('24/7')
    .describe('in words, "lun-ven 08:30-12:00 13:30-17:30; sam 09:00-12:00", or a table of days'),
  hoursInSchoolHolidays: z
    .union([z.string().min(1).max(400), z.record(z.string().max(40), z.string().max(200))])
    .optional()
    .describe('in place of hours, when the calendar says so'),
  calendar: CalendarId.optional().describe('a file of calendars/: public holidays and the like'),
  preAnswer: PreAnswer.optional().describe('the call is taken and welcomed before anybody answers (pré-décroché)'),
  members: z
    .array(RungText)
    .min(1)
    .max(20)
    .readonly()
    .describe('who rings: lines, extensions on the IPBX, mobiles, the members of another service'),
  strategy: z.enum(strategies).default('together'),
  ringSeconds: seconds(5, 120).default(30).describe('how long members ring: together, or each in turn'),
  wrapUpSeconds: z
    .union([z.literal(0), seconds(5, 900)])
    .default(0)
    .describe('after a call of theirs, members are left in peace by this service for so long'),
  switchedBy: z
    .array(Extension)
    .max(50)
    .readonly()
    .default([])
    .describe('lines that may switch it to crisis, closed or normal by star code'),
  whisper: z
    .union([z.boolean(), Said])
    .default(false)
    .describe(
      'the one who answers hears first which service is called: true, its number; or its name, as a sound file of your own',
    ),
  despiteDoNotDisturb: z
    .boolean()
    .default(false)
    .describe('members ring though their line is not to be disturbed; they are left in peace unless given'),
  queue: QueueBlock.optional().describe('callers wait for a member; without it, only for one round of ringing'),
  full: Way.optional().describe('as many wait as may; the last resort unless given'),
  busy: Way.optional().describe('every member is busy, and there is no queue; the overflow unless given'),
  overflow: z
    .array(Step)
    .min(1)
    .max(10)
    .readonly()
    .describe(
      'what comes after the members, step by step; the last one must end well: mailbox, call-back, goodbye or a service',
    ),
  closed: Way.optional().describe('outside its hours; needed when it has hours'),
  crisis: Way.optional().describe('when it is switched to crisis'),
  siteDown: Way.optional().describe(
    'when none of its members at its own site has a phone that is there; unless given, the others ring, or the overflow',
  ),
  mailbox: Mailbox.optional().describe(
    'the mailbox of the team, needed to send callers there; its members share it, unless the block names others',
  ),
  callBack: CallBack.prefault({}).describe('for callers who are to be called back'),
  recording: RecordingBlock.optional().describe(
    'talks are recorded, and callers are told so before anybody answers; off unless given',
  ),
  tests: z
    .array(ServiceTest)
    .max(100)
    .readonly()
    .default([])
    .describe('what must come of a call; a failing one refuses the load'),
});
export type ServiceFile = z.infer<typeof ServiceFile>;

/** One who rings, as the block names them. */
export type Rung =
  | { readonly is: 'extension'; readonly extension: Extension }
  | { readonly is: 'number'; readonly number: E164 }
  | { readonly is: 'service'; readonly service: ServiceId };

/** Where a call is sent on to. */
export type Goal =
  | { readonly is: 'members' }
  | { readonly is: 'ring'; readonly who: readonly Rung[] }
  | { readonly is: 'last resort'; readonly resort: LastResort };

export interface ServiceWay {
  readonly say: readonly Say[];
  readonly goal: Goal;
}

export interface ServiceStep extends ServiceWay {
  readonly afterSeconds?: number;
  readonly ringSeconds?: number;
}

/** A service with everything read. */
export interface Service
  extends Pick<
    ServiceFile,
    | 'name'
    | 'site'
    | 'numbers'
    | 'extension'
    | 'shown'
    | 'rights'
    | 'strategy'
    | 'ringSeconds'
    | 'wrapUpSeconds'
    | 'switchedBy'
    | 'despiteDoNotDisturb'
    | 'tests'
  > {
  readonly id: ServiceId;
  /** What the one who answers hears first, if anything: its number, or this. */
  readonly whisper: 'number' | readonly Say[] | undefined;
  /** Without one it is open at all hours. */
  readonly schedule?: Schedule;
  readonly members: readonly Rung[];
  readonly preAnswer?: Omit<z.infer<typeof PreAnswer>, 'say' | 'mode'> & {
    readonly how: 'answer' | 'early media';
    readonly say: readonly Say[];
  };
  readonly queue?: Omit<z.infer<typeof QueueBlock>, 'keys' | 'hears'> & {
    readonly hears: Hears;
    readonly keys: Readonly<Partial<Record<Key, Goal>>>;
  };
  /** At least one; the last of them ends, or hands over to a service that does. */
  readonly overflow: readonly ServiceStep[];
  readonly full?: ServiceWay;
  readonly busy?: ServiceWay;
  readonly closed?: ServiceWay;
  readonly crisis?: ServiceWay;
  readonly siteDown?: ServiceWay;
  readonly recording?: RecordingBlock;
  readonly mailbox?: Omit<z.infer<typeof Mailbox>, 'greeting'> & { readonly greeting: readonly Say[] };
  readonly callBack: { readonly owner: ServiceId; readonly withinMinutes: number };
}

/** Two texts, or one: what is said, read. A name that ends in `.wav` is a file. */
export function readSaid(said: z.infer<typeof Said> | undefined): readonly Say[] {
  const texts = said === undefined ? [] : typeof said === 'string' ? [said] : said;
  return texts.map((text) => (text.endsWith('.wav') ? { file: text } : { prompt: text }));
}

/** One who rings, by the look of the text. */
export function readRung(text: string): Rung {
  if (text.startsWith('+')) return { is: 'number', number: text as E164 };
  if (/^\d/.test(text)) return { is: 'extension', extension: text as Extension };
  return { is: 'service', service: text as ServiceId };
}

/** As the block writes it. */
export function rungText(rung: Rung): string {
  if (rung.is === 'extension') return rung.extension;
  return rung.is === 'number' ? rung.number : rung.service;
}

export function readGoal(to: string | readonly string[]): Goal {
  if (to === 'members') return { is: 'members' };
  const resort = lastResorts.find((one) => one === to);
  if (resort !== undefined) return { is: 'last resort', resort };
  return { is: 'ring', who: (typeof to === 'string' ? [to] : to).map(readRung) };
}
