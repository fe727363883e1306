import type { MediaServers } from '../call/media/ports.ts';
import type { World } from '../call/ports.ts';
import type { RegisterResult } from '../domain/binding.ts';
import type { Config } from '../domain/config.ts';
import type { Line } from '../domain/line.ts';
import type { AnchorReason } from '../domain/media.ts';
import type { Meeting, MeetingRole } from '../domain/meeting.ts';
import type { CallRecord, MediaQuality } from '../domain/outcome.ts';
import type { Trunk } from '../domain/trunk.ts';
import type { Clock } from '../edges/clock/clock.ts';
import type { NoteStore, StoreLedger } from '../edges/stores/store.ts';
import type { Envelope, Given, MailStore, Recordings } from '../mailbox/ports.ts';
import type { BindingStore } from '../registrar/ports.ts';
import type { Log } from '../telemetry/log.ts';

/** What an exchange is made of. */
export interface Parts {
  /** The configuration as it is now. Each call keeps the one it arrived under. */
  config(): Config;
  readonly store: {
    readonly ledger: StoreLedger;
    readonly bindings: BindingStore;
    readonly notes: NoteStore;
    readonly mail: MailStore;
  };
  /** Where messages and greetings are. */
  readonly recordings: Recordings;
  readonly secrets: {
    line(line: Line): string | undefined;
    trunk(trunk: Trunk): string | undefined;
    meetingPin(meeting: Meeting, of: MeetingRole): string | undefined;
  };
  readonly clock: Clock;
  chance(): number;
  readonly log: Log;
  /** Told of each call that ended. */
  callEnded(record: CallRecord): void;
  registerAnswered(result: RegisterResult): void;
  readonly engine: { readonly host: string; readonly port: number; readonly secret: string };
  /** Who plays, records and anchors; absent: nothing of that can be done. */
  readonly media?: MediaServers;
  /** Told how each party of an anchored talk sounded, when it is over. */
  mediaEnded?(quality: MediaQuality): void;
  /** Who takes letters about messages; absent: none are written. `linkTo`: where a message can be heard. */
  readonly mail?: {
    send(envelope: Envelope): Promise<Given>;
    linkTo?(message: string): string;
    readonly daysAtMost: number;
  };
  /** Told how each try of a letter ended. */
  letterTried?(how: 'taken' | 'postponed' | 'given up'): void;
  /** Told of each leg that was to be anchored: how it went. */
  mediaPath?(path: 'anchored' | 'direct' | 'refused', why: AnchorReason): void;
  /** The bytes of what is said; absent: nothing is. */
  readonly sounds?: World['sounds'];
}
