import type { Instant } from '../../domain/instant.ts';
import type { Dialogs } from './dialogs.ts';
import type { SrfClient } from './srf.ts';

/** What every leg works with. */
export interface Legs {
  readonly srf: SrfClient;
  readonly dialogs: Dialogs;
  /** Calls that came in and are not answered yet. */
  readonly incoming: Set<{ stopping(): void }>;
  now(): Instant;
  after(seconds: number, what: () => void): () => void;
}
