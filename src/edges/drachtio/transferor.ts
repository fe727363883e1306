import type { Side } from './live-talk.ts';
import type { AnchoredParty } from './party.ts';
import { progressOf } from './refer.ts';
import { hangUpOn, mind } from './waiting.ts';

/** Who asked for a transfer: is told how it goes by NOTIFY, and hung up on when it is done (RFC 3515 §2.4.4, RFC 5589 §6). */
export class Transferor {
  #side: Side;
  readonly #id: string | undefined;
  #isGone = false;
  #lastTold = 0;

  constructor(side: Side, id: string | undefined) {
    this.#side = side;
    this.#id = id;
    mind(side, () => {
      this.#isGone = true;
    });
  }

  get side(): Side {
    return this.#side;
  }

  /** Their sound goes over the media server now. */
  anchored(party: AnchoredParty): void {
    this.#side = { half: party.half, party };
    mind(this.#side, () => {
      this.#isGone = true;
    });
  }

  /** Have they neither hung up nor been hung up on? */
  get isThere(): boolean {
    return !this.#isGone && this.side.half.over === undefined;
  }

  /** The status of the call that they asked for. The same again is no news, and after a final one there is none. */
  told(status: number): void {
    if (this.#lastTold >= 200 || this.#lastTold === status) return;
    this.#lastTold = status;
    if (!this.isThere) return;
    const { headers, body } = progressOf(status, this.#id);
    this.side.half.request('NOTIFY', headers, body, { failed: () => undefined });
  }

  release(): void {
    if (this.isThere) hangUpOn(this.side);
  }
}
