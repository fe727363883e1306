import type { MediaServers } from '../../call/media/ports.ts';
import type { Instant } from '../../domain/instant.ts';
import type { AnchorReason } from '../../domain/media.ts';
import type { Crowd } from '../../domain/roster.ts';
import type { Dialogs } from './dialogs.ts';
import type { Sender } from './srf.ts';

/** What every leg works with. */
export interface Legs {
  readonly srf: Sender;
  readonly dialogs: Dialogs;
  /** Calls that came in and are not answered yet. */
  readonly incoming: Crowd<{ stopping(): void }>;
  /** Who anchors and speaks; absent where nobody does. */
  readonly media?: MediaServers | undefined;
  /** Told of each leg that was to be anchored: how it went. `direct`: without the media server that was wished for. */
  readonly pathTaken?: PathTaken | undefined;
  now(): Instant;
  after(seconds: number, what: () => void): () => void;
}

export type PathTaken = (path: 'anchored' | 'direct' | 'refused', why: AnchorReason) => void;
