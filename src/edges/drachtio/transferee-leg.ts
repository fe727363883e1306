import type { GoneReason, Said, Voice } from '../../call/ports.ts';
import { type Gone, Leaving } from '../../domain/gone.ts';
import type { MediaQuality } from '../../domain/outcome.ts';
import { type Refusal, refusals } from '../../domain/refusals.ts';
import { CallerEnd, type CallersSound } from './caller-end.ts';
import type { HungUp } from './half.ts';
import { lastWords } from './last-words.ts';
import type { Legs } from './legs.ts';
import type { Side } from './live-talk.ts';
import { anchorHalf } from './re-offer.ts';
import type { Transferor } from './transferor.ts';
import { hangUpOn, mind } from './waiting.ts';

/**
 * A party that is being transferred, as a caller whom others are rung for (the transferee of RFC 5589). Until somebody has taken the call
 * the transferor is told how it goes, and may have the call back.
 */
export class TransfereeLeg extends CallerEnd {
  /** Their INVITE was about another call: whoever answers makes the offer, or the media server does. */
  readonly req = { body: '', header: () => undefined };
  readonly callersReason = undefined;
  readonly media: CallersSound;
  readonly #transferor: Transferor;
  readonly #legs: Legs;
  readonly #gone = new Leaving();
  #side: Side;
  #isDone = false;
  readonly #goes: () => void;
  #hangUp: (() => void) | undefined;

  constructor(side: Side, transferor: Transferor, legs: Legs) {
    super();
    this.#side = side;
    this.#transferor = transferor;
    this.#legs = legs;
    this.media = this.#sound();
    this.#goes = legs.incoming.add(this);
    mind(side, (by) => this.#left(by));
  }

  get gone(): Gone {
    return this.#gone;
  }

  get side(): Side {
    return this.#side;
  }

  /** True once somebody else has the call. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Lets them hear us while they wait, where a media server can be had. */
  async anchor(): Promise<void> {
    const { half, party } = this.#side;
    if (party !== undefined) {
      await party.end.part();
      return;
    }
    const taken = await anchorHalf(half, this.#legs);
    if (taken === undefined) return;
    this.#side = { half, party: taken };
    mind(this.#side, (by) => this.#left(by));
  }

  /** Somebody has the call: the transferor is told, and released. */
  done(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#transferor.told(200);
    this.#transferor.release();
  }

  /** They go back to whom they talked to before. */
  returned(): void {
    this.#goes();
  }

  /** Ends the call with everybody. */
  hangUp(): void {
    this.#transferor.told(487);
    this.#transferor.release();
    this.#goes();
    // Whoever we have hung up on is not there to be rung for again.
    this.#gone.leave('hung up');
    if (this.#hangUp !== undefined) this.#hangUp();
    else hangUpOn(this.#side);
  }

  progress(_leg: string, status: number): void {
    this.#transferor.told(status);
  }

  mayHear(): boolean {
    return false;
  }

  silenced(): void {
    // They hear nobody before the answer but us.
  }

  talking(hangUp: () => void): void {
    this.#goes();
    this.#hangUp = hangUp;
  }

  /** Before anybody has taken the call it is the transferor who is told; afterwards the call is over. */
  refuse(why: Refusal, as?: Said): void {
    if (this.#hangUp !== undefined || this.#isDone) this.hangUp();
    else this.#transferor.told(as?.sip ?? refusals[why].sip);
  }

  quality(): Promise<MediaQuality | undefined> | undefined {
    return this.#side.party && lastWords(this.#side.party.end);
  }

  stopping(): void {
    this.#gone.leave('exchange stops');
  }

  #left(by: HungUp): void {
    const why: GoneReason = by === 'engine' ? 'engine lost' : 'hung up';
    this.#goes();
    this.#gone.leave(why);
    this.#transferor.told(487);
    this.#transferor.release();
  }

  #sound(): CallersSound {
    const party = () => this.#side.party;
    const hear = async (how: 'answer' | 'early media'): Promise<Voice | undefined> => {
      const taken = party();
      if (taken !== undefined && how === 'answer') this.done();
      return taken?.voice();
    };
    return {
      get isTold() {
        return party() !== undefined;
      },
      get party() {
        return party();
      },
      end: async () => party()?.end,
      hear,
      close: () => undefined,
    };
  }
}
