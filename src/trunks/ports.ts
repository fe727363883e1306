import type { TrunkId } from '../domain/ids.ts';
import type { Trunk } from '../domain/trunk.ts';

/** What the watch over the trunks asks of the world. */
export interface TrunkWorld {
  /** Runs `what` once when `seconds` have passed. The function given back forgets it. */
  after(seconds: number, what: () => void): () => void;
  /** A number in [0, 1). */
  chance(): number;
  /** Sends OPTIONS to a target: does it answer that it can take calls? Settles within `seconds`; never rejects. */
  probe(trunk: Trunk, target: number, seconds: number): Promise<boolean>;
  /** A target went up or down. */
  changed(trunk: TrunkId, target: number, alive: boolean): void;
}
