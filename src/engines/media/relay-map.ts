import { sequenceDistance } from '../../protocol/rtp/sequence.ts';

/** Beyond this a jump is a new stream, not loss. */
const MAX_JUMP = 1000;

/**
 * Moves a received stream to our own SSRC, sequence numbers and time line, so that the far end sees one stream whatever
 * happens on the other leg. Gaps and order within the stream are kept: the far end conceals what was lost.
 */
export class RelayMap {
  /** Where the packet last placed goes. */
  sequence = 0;
  timestamp = 0;
  /** The number after the highest one sent. */
  nextSequence = 0;
  #ssrc = -1;
  #lastIn = 0;
  #sequenceOffset = 0;
  #timestampOffset = 0;

  /**
   * Places one packet; `nextSequence` and `timestampNow` are where our own stream stands. True when a new stream begins here.
   */
  place(ssrc: number, sequence: number, timestamp: number, nextSequence: number, timestampNow: number): boolean {
    const isNew = ssrc !== this.#ssrc || Math.abs(sequenceDistance(this.#lastIn, sequence)) > MAX_JUMP;
    if (isNew) {
      this.#ssrc = ssrc;
      this.#sequenceOffset = nextSequence - sequence;
      this.#timestampOffset = timestampNow - timestamp;
      this.nextSequence = nextSequence;
      this.#lastIn = sequence;
    }
    this.sequence = (sequence + this.#sequenceOffset) & 0xffff;
    this.timestamp = (timestamp + this.#timestampOffset) >>> 0;
    if (sequenceDistance(this.#lastIn, sequence) >= 0) {
      this.#lastIn = sequence;
      this.nextSequence = (this.sequence + 1) & 0xffff;
    }
    return isNew;
  }

  /** Joins anew with the next packet. */
  forget(): void {
    this.#ssrc = -1;
  }
}
