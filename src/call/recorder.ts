import type { Leg } from './ports.ts';

/** The recording of the talks of one call, from the moment the caller was told of it. */
export interface Recorder {
  /** The talk begins: it is recorded, unless somebody has asked not to be. */
  began(leg: Leg): Promise<void>;
  /** The talk is over, and what was recorded is kept. Settles when it would survive a crash. */
  over(): Promise<void>;
}
