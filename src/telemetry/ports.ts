/** What is measured when somebody asks for the metrics. Compose gathers it. */
export interface Sample {
  readonly callsActive: number;
  /** Meetings where somebody is, and how many are in all of them. */
  readonly meetings: number;
  readonly meetingParticipants: number;
  readonly bindings: number;
  readonly linesRegistered: number;
  readonly trunks: readonly TrunkSample[];
  readonly store: { readonly writable: boolean; readonly queued: number; readonly lost: number };
  /** Undefined while the store cannot be read. */
  readonly mail: MailSample | undefined;
  readonly configGeneration: number;
  readonly engine: EngineSample;
  readonly media: MediaSample;
}

export interface TrunkSample {
  readonly trunk: string;
  readonly channelsInUse: number;
  readonly channelsAtMost: number;
  /** By index of the trunk's targets: its address as `host:port/transport`, and whether it answers; `unknown` until it was heard, or has missed often enough. */
  readonly targets: readonly { readonly target: string; readonly state: 'answers' | 'silent' | 'unknown' }[];
}

export interface MailSample {
  readonly mailboxes: number;
  /** Mailboxes that take no more messages. */
  readonly full: number;
  readonly unread: number;
  readonly read: number;
  /** That wait for the mail server. */
  readonly letters: number;
}

export interface EngineSample {
  readonly connected: boolean;
  /** The embedded engine's own figures; absent with a drachtio-server, which has metrics of its own. */
  readonly figures?: EngineFigures;
}

export interface EngineFigures {
  readonly messagesReceived: number;
  readonly messagesSent: number;
  readonly retransmissionsReceived: number;
  readonly retransmissionsSent: number;
  /** What was thrown away: not SIP, broken, or too much of it. */
  readonly discarded: number;
  readonly transactions: number;
  readonly dialogs: number;
  readonly connections: number;
}

export interface MediaSample {
  readonly connected: boolean;
  /** Parties of ours connected to media servers. */
  readonly channels: number;
  /** The embedded engine's own figures; absent with a FreeSWITCH. */
  readonly figures?: MediaFigures;
}

export interface MediaFigures {
  /** 20 ms frames that were left out because the machine stood still. */
  readonly framesSkipped: number;
  /** How late frames went out. */
  readonly latenessP50Ms: number;
  readonly latenessP99Ms: number;
  readonly latenessMaxMs: number;
}
