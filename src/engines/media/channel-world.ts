import type { EslEvent } from '../../protocol/esl/event.ts';
import type { Channel } from './channel.ts';
import type { Conferences } from './conferences.ts';
import type { Log, MediaOptions } from './options.ts';
import type { Folders } from './sounds/folders.ts';
import type { SoundLibrary } from './sounds/open.ts';

/** What a channel asks of the engine around it. */
export interface ChannelWorld {
  readonly coreUuid: string;
  readonly hostname: string;
  readonly profile: string;
  readonly rtp: MediaOptions['rtp'];
  readonly folders: Folders;
  readonly freeFloorBytes: number;
  readonly maxRecordSeconds: number;
  readonly maxVariables: number;
  readonly inBandDtmf: boolean;
  /** Leave out of events what the reference image leaves out. */
  readonly isFiltered: boolean;
  readonly library: SoundLibrary;
  readonly conferences: Conferences;
  readonly log: Log;
  random(bytes: number): Uint8Array;
  newId(): string;
  emit(event: EslEvent): void;
  sipAddress(): { readonly address: string; readonly port: number; readonly announceTls: boolean };
  channel(uuid: string): Channel | undefined;
  /** The channel is over: its ports go back. */
  ended(channel: Channel): void;
}
