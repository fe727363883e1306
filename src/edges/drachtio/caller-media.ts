import type { MediaEnd } from '../../call/media/ports.ts';
import type { Voice } from '../../call/ports.ts';
import type { Gone } from '../../domain/gone.ts';
import type { MediaQuality } from '../../domain/outcome.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Half } from './half.ts';
import { allow } from './headers.ts';
import { lastWords } from './last-words.ts';
import type { Legs } from './legs.ts';
import { AnchoredParty } from './party.ts';
import type { SipRequest } from './srf.ts';
import type { Headers } from './wire.ts';

/** What a 200 of ours carries. */
export interface Answer {
  readonly headers: Headers;
  readonly body: string | undefined;
}

/** The caller whom we take: an INVITE that came in. */
export interface Taken {
  readonly req: SipRequest;
  /** Fires when they are gone before they talk to somebody. */
  readonly gone: Gone;
  describe(sdp: string): void;
  answer(answer: Answer, joined: (half: Half | undefined) => void): void;
  taken(party: AnchoredParty): void;
  refuse(why: Refusal): void;
}

/**
 * The caller's end on the media server: opened when somebody needs it, told to the caller by a 183 or a 200 (the same
 * description in both, RFC 3261 §13.2.1), and closed with the call.
 */
export class CallerMedia {
  /** True once the caller was sent our description: from then on they hear us, and nobody else. */
  isTold = false;
  /** The caller, once we have answered them ourselves. */
  party: AnchoredParty | undefined;
  readonly #caller: Taken;
  readonly #legs: Legs;
  #opening: Promise<MediaEnd | undefined> | undefined;
  #end: MediaEnd | undefined;
  #isClosed = false;

  constructor(caller: Taken, legs: Legs) {
    this.#caller = caller;
    this.#legs = legs;
  }

  /** The end itself; `undefined` when there is no media server, or the caller is gone. Never rejects. */
  end(): Promise<MediaEnd | undefined> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async hear(how: 'answer' | 'early media'): Promise<Voice | undefined> {
    const caller = this.#caller;
    const end = await this.end();
    if (end === undefined || caller.gone.aborted) return undefined;
    // An offer of ours in a 183 could only be answered by PRACK, which is the engine's: without theirs, they are answered.
    if (how === 'answer' || !caller.req.body) {
      if (this.party === undefined) await this.#answer(end);
      if (this.party === undefined) return undefined;
      await this.party.described;
    } else if (!this.isTold) {
      this.isTold = true;
      caller.describe(end.sdp);
    }
    return end.voice({ gone: caller.gone, hangUp: () => caller.refuse('unreachable') });
  }

  /** Of an end that was used; `undefined` when there is none. */
  quality(): Promise<MediaQuality | undefined> | undefined {
    const end = this.#end;
    if (end === undefined) return undefined;
    return lastWords(end).then((known) => (known && known.packetsReceived + known.packetsSent > 0 ? known : undefined));
  }

  close(): void {
    this.#isClosed = true;
    this.#end?.close();
  }

  #answer(end: MediaEnd): Promise<void> {
    this.isTold = true;
    const caller = this.#caller;
    const headers = { Allow: allow, Supported: 'timer', 'Content-Type': 'application/sdp' };
    return new Promise((done) => {
      caller.answer({ headers, body: end.sdp }, (half) => {
        if (half !== undefined) {
          const party = new AnchoredParty(half, end, !caller.req.body, caller.req);
          this.party = party;
          caller.taken(party);
        }
        done();
      });
    });
  }

  async #open(): Promise<MediaEnd | undefined> {
    const { body } = this.#caller.req;
    const end = await this.#legs.media?.open(body ? { offer: body } : { offers: 'plain' });
    if (end !== undefined && this.#isClosed) {
      end.close();
      return undefined;
    }
    this.#end = end;
    return end;
  }
}
