import { z } from 'zod';
import { callBackReasons } from '../../domain/call-back.ts';
import type { LineId, ServiceId } from '../../domain/ids.ts';
import { anchorReasons } from '../../domain/media.ts';
import { greetings, marks } from '../../domain/message.ts';
import { type Outcome, outcomes, recordedTalks } from '../../domain/outcome.ts';
import { serviceModes } from '../../domain/service.ts';
import type { Wishes } from '../../domain/wishes.ts';

/** What may be asked of the running exchange over HTTP, and what it answers. The console and the CLI share these types. */

const text = (atMost: number) => z.string().min(1).max(atMost);
const instant = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const optionalText = z.string().exactOptional();
const optionalInstant = z.number().exactOptional();

export const CallsQuestion = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  from: text(64).exactOptional(),
  dialled: text(64).exactOptional(),
  site: text(64).exactOptional(),
  trunk: text(64).exactOptional(),
  outcome: z.enum(outcomes).exactOptional(),
  since: instant.exactOptional(),
  before: instant.exactOptional(),
});
export type CallsQuestion = z.infer<typeof CallsQuestion>;

/** Every kind of outcome has `is`; the other fields are those of `domain/outcome.ts`. */
const OutcomeReply = z.looseObject({ is: z.enum(outcomes) }).transform((outcome) => outcome as unknown as Outcome);

const Going = z.object({ id: z.string(), startedAt: z.number(), from: z.string(), dialled: z.string() });

export const CallSummary = Going.extend({
  site: optionalText,
  callerNumber: optionalText,
  answeredAt: optionalInstant,
  endedAt: optionalInstant,
  outcome: OutcomeReply.exactOptional().describe('absent while the call goes on'),
});
export type CallSummary = z.infer<typeof CallSummary>;
export const CallsReply = z.object({ calls: z.array(CallSummary) });

/** How the sound of one party was; the fields are those of `MediaQuality` in `domain/outcome.ts`. */
const SoundReply = z.object({
  codec: optionalText,
  encrypted: z.literal(true).exactOptional(),
  packetsReceived: z.number(),
  packetsSent: z.number(),
  packetsLost: z.number(),
  lossPercent: z.number(),
  jitterMs: z.number(),
  roundTripMs: z.number().exactOptional(),
  remotePacketsLost: z.number().exactOptional(),
  remoteJitterMs: z.number().exactOptional(),
  remoteMos: z.number().exactOptional(),
  mos: z.number().exactOptional(),
});

export const CallReply = Going.extend({
  site: optionalText,
  callerNumber: optionalText,
  service: optionalText,
  calledNumber: optionalText,
  account: optionalText,
  configDigest: optionalText,
  ringingAt: optionalInstant,
  heardAt: optionalInstant,
  preAnsweredAt: optionalInstant,
  answeredAt: optionalInstant,
  endedAt: optionalInstant,
  endedBy: z.enum(['caller', 'callee', 'exchange']).exactOptional(),
  outcome: OutcomeReply.exactOptional(),
  decisions: z
    .array(
      z.object({
        dialled: z.string(),
        account: optionalText,
        destination: z.string(),
        treatment: z.string(),
        because: z.array(z.object({ room: z.string(), says: z.string(), config: optionalText })),
      }),
    )
    .default([]),
  legs: z
    .array(
      z.object({
        target: z.string(),
        called: optionalText.describe('on a trunk: the number called there'),
        shows: optionalText.describe('on a trunk: the number shown, or `withheld`'),
        sentAt: z.number(),
        ringingAt: optionalInstant,
        answeredAt: optionalInstant,
        endedAt: optionalInstant,
        sip: z.number().exactOptional(),
        q850: z.number().exactOptional(),
        anchored: z.enum(anchorReasons).exactOptional().describe('why its sound ran over a media server'),
        media: SoundReply.exactOptional(),
      }),
    )
    .default([]),
  media: SoundReply.exactOptional().describe('of the caller'),
  recording: z.enum(recordedTalks).exactOptional().describe('what became of the recording of its talk'),
  transfers: z
    .array(
      z.object({
        at: z.number(),
        by: z.string(),
        who: z.string(),
        to: z.string(),
        how: z.enum(['blind', 'attended']),
        call: optionalText,
        ended: optionalText,
        during: optionalText.describe('what they were doing who gave up'),
      }),
    )
    .exactOptional(),
});
export type CallReply = z.infer<typeof CallReply>;

export const RegistrationsQuestion = z.strictObject({ line: text(64).exactOptional() });
export const Registration = z.object({
  line: z.string(),
  contact: z.string(),
  /** `address:port/transport` it registered from. */
  from: z.string(),
  q: z.number(),
  expiresAt: z.number(),
  userAgent: optionalText,
});
export type Registration = z.infer<typeof Registration>;
export const RegistrationsReply = z.object({ registrations: z.array(Registration) });

/** `unknown`: the target was not heard yet, and has not missed often enough to be called silent. */
export const TrunkReply = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['operator', 'ipbx']),
  channelsInUse: z.number(),
  channelsAtMost: z.number(),
  targets: z.array(z.object({ target: z.string(), state: z.enum(['answers', 'silent', 'unknown']) })),
});
export type TrunkReply = z.infer<typeof TrunkReply>;
export const TrunksReply = z.object({ trunks: z.array(TrunkReply) });

/** `mode`: as somebody has switched it, when and where; `says`: why it is open or closed now. */
export const ServiceReply = z.object({
  id: z.string(),
  name: z.string(),
  mode: z.enum(serviceModes),
  since: optionalInstant,
  by: optionalText,
  open: z.boolean(),
  says: z.string(),
  opensAt: optionalInstant,
  timeZone: z.string(),
});
export type ServiceReply = z.infer<typeof ServiceReply>;
export const ServicesReply = z.object({ services: z.array(ServiceReply) });
export const ServiceModeQuestion = z.strictObject({ id: text(64), mode: z.enum(serviceModes) });

/** A talk that is recorded; without `seconds` it goes on. */
export const RecordingReply = z.object({
  id: z.string(),
  call: z.string(),
  service: z.string(),
  startedAt: z.number(),
  deleteAt: z.number(),
  seconds: z.number().exactOptional(),
});
export type RecordingReply = z.infer<typeof RecordingReply>;
export const RecordingsQuestion = z.strictObject({ service: text(64).exactOptional() });
export const RecordingsReply = z.object({ recordings: z.array(RecordingReply) });

/** `since`: when the first of those who are there came; absent while nobody is. */
export const MeetingReply = z.object({
  id: z.string(),
  name: z.string(),
  site: z.string(),
  extension: z.string(),
  did: optionalText,
  participants: z.number(),
  participantsAtMost: z.number(),
  since: optionalInstant,
});
export type MeetingReply = z.infer<typeof MeetingReply>;
export const MeetingsReply = z.object({ meetings: z.array(MeetingReply) });

/** `at`: milliseconds since the epoch; now, unless given. */
export const ExplainQuestion = z.strictObject({
  from: text(64),
  to: text(64),
  transferredBy: text(64).exactOptional(),
  site: text(64).exactOptional(),
  at: instant.exactOptional(),
});
export type ExplainQuestion = z.infer<typeof ExplainQuestion>;
/** `text`: the sentences for people. `explanation`: the same as plain data. */
export const ExplainReply = z.object({ text: z.string(), explanation: z.unknown() });
export type ExplainReply = z.infer<typeof ExplainReply>;

export const StatusReply = z.object({
  name: z.string(),
  version: z.string(),
  pid: z.number(),
  startedAt: z.number(),
  timeZone: z.string(),
  draining: z.boolean(),
  config: z.object({ digest: z.string(), generation: z.number() }),
  sites: z.number(),
  lines: z.number(),
  services: z.number(),
  trunks: z.number(),
  callsActive: z.number(),
  bindings: z.number(),
  linesRegistered: z.number(),
});
export type StatusReply = z.infer<typeof StatusReply>;

const Part = z.object({ ok: z.boolean(), says: z.string() });
export const ReadyReply = z.object({ ready: z.boolean(), engine: Part, config: Part, store: Part, media: Part });
export type ReadyReply = z.infer<typeof ReadyReply>;

/** `problems`: a text of one or more lines each, for people. */
export const ReloadReply = z.discriminatedUnion('accepted', [
  z.object({ accepted: z.literal(true), generation: z.number(), digest: z.string(), says: z.string() }),
  z.object({ accepted: z.literal(false), problems: z.array(z.string()) }),
]);
export type ReloadReply = z.infer<typeof ReloadReply>;

/** Calls that started from `since` on, and before `before`. */
export const LedgerQuestion = z.strictObject({
  since: instant,
  before: instant,
  service: text(64).exactOptional().describe('counts its call-backs alone; rows of all services are given'),
});
export type LedgerQuestion = z.infer<typeof LedgerQuestion>;
export const LedgerReply = z.object({
  rows: z.array(
    z.object({
      from: z.string(),
      service: optionalText,
      outcome: z.enum(outcomes).exactOptional(),
      how: optionalText,
      calls: z.number(),
    }),
  ),
  /** The ids of the trunks to the operators: their calls come from outside. */
  operators: z.array(z.string()),
  callBacksOpen: z.number(),
  callBacksLate: z.number(),
  /** Closed between `since` and `before`: together, by how, and by whom of the town. */
  callBacksDone: z.object({
    calls: z.number(),
    by: z.record(z.string(), z.number()),
    whom: z.record(z.string(), z.number()),
  }),
});
export type LedgerReply = z.infer<typeof LedgerReply>;

export const CallBacksQuestion = z.strictObject({
  service: text(64).exactOptional(),
  line: text(64).exactOptional(),
  closed: z.stringbool().exactOptional().describe('those closed lately as well'),
});
export type CallBacksQuestion = z.infer<typeof CallBacksQuestion>;
export const CallBackReply = z.object({
  id: z.string(),
  /** Who is to call back. */
  owner: z.discriminatedUnion('is', [
    z.object({ is: z.literal('service'), service: z.string().transform((id) => id as ServiceId) }),
    z.object({ is: z.literal('line'), line: z.string().transform((id) => id as LineId) }),
  ]),
  number: z.string(),
  because: z.enum(callBackReasons),
  askedAt: z.number(),
  dueAt: z.number(),
  calls: z.number(),
  lastCall: z.string(),
  closed: z
    .object({
      at: z.number(),
      how: z.enum(['they reached us', 'we reached them', 'by hand']),
      call: optionalText,
      by: optionalText,
    })
    .exactOptional(),
});
export type CallBackReply = z.infer<typeof CallBackReply>;
export const CallBacksReply = z.object({ callBacks: z.array(CallBackReply) });

/** A star code, as the line's own phone would dial it. */
export const WishQuestion = z.strictObject({ line: text(64), code: text(64) });
/** For which calls a forward is meant: callers by commas, hours in plain words. */
export const WishOnly = z.strictObject({
  from: z
    .string()
    .max(1_000)
    .transform((callers) => callers.split(','))
    .optional(),
  hours: text(200).optional(),
});

/** What the owner of a line wishes; `wishes` is as `domain/wishes.ts` has it. */
export const WishesReply = z.object({
  line: z.string(),
  wishes: z.looseObject({}).transform((wishes) => wishes as Wishes),
});
export type WishesReply = z.infer<typeof WishesReply>;

export const MessageReply = z.object({
  id: z.string(),
  mailbox: z.string(),
  /** The call it was left in. */
  call: z.string(),
  receivedAt: z.number(),
  seconds: z.number(),
  urgent: z.boolean(),
  from: z.object({ number: optionalText, name: optionalText }).describe('empty: who did not wish to be known'),
  readAt: optionalInstant.describe('absent: nobody has heard it'),
  deletedAt: optionalInstant.describe('it can be restored until it is purged'),
  passedOnBy: optionalText,
});
export type MessageReply = z.infer<typeof MessageReply>;
export const MessagesReply = z.object({ messages: z.array(MessageReply) });
export const MessagesQuestion = z.strictObject({
  deleted: z.stringbool().default(false).describe('those that were deleted and can be restored as well'),
});
export const MessageMarkQuestion = z.strictObject({ id: text(64), mark: z.enum(marks) });

/** `greeting`: as its owner has chosen; an absence that is over is spoken no more. */
export const MailboxReply = z.object({
  id: z.string(),
  name: z.string(),
  of: z.enum(['line', 'service']),
  extension: optionalText,
  members: z.array(z.string()),
  unread: z.number(),
  read: z.number(),
  urgentUnread: z.number(),
  messagesAtMost: z.number(),
  pin: z.enum(['chosen', 'not chosen yet']),
  lockedUntil: optionalInstant.describe('after wrong PINs: none is listened to until then'),
  greeting: z.enum(greetings),
  absenceUntil: optionalInstant,
});
export type MailboxReply = z.infer<typeof MailboxReply>;
export const MailboxesReply = z.object({ mailboxes: z.array(MailboxReply) });
export const PurgeReply = z.object({ purged: z.number() });

export const ErrorReply = z.object({ error: z.string() });
