import type { MediaServers } from '../../call/media/ports.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Dialogs } from './dialogs.ts';
import type { Sender } from './srf.ts';

/** What every leg works with. */
export interface Legs {
  readonly srf: Sender;
  readonly dialogs: Dialogs;
  /** Calls that came in and are not answered yet. */
  readonly incoming: Set<{ stopping(): void }>;
  /** Who anchors and speaks; absent where nobody does. */
  readonly media?: MediaServers | undefined;
  now(): Instant;
  after(seconds: number, what: () => void): () => void;
}
