import type { Talk } from '../../call/ports.ts';
import type { Instant } from '../../domain/instant.ts';
import { passInfo } from './conversation.ts';
import type { HungUp } from './half.ts';
import { lastWords } from './last-words.ts';
import type { LiveTalk, Referred } from './live-talk.ts';
import type { AnchoredParty } from './party.ts';
import { q850Of } from './read.ts';
import type { Headers } from './wire.ts';

export interface AnchoredTalkOptions {
  readonly caller: AnchoredParty;
  readonly callee: AnchoredParty;
  readonly referred?: Referred | undefined;
  now(): Instant;
}

/**
 * Two parties joined over the media server: what one hangs up ends the other, and what one offers stays with them. Whoever is
 * put on hold hears music.
 */
export class AnchoredTalk implements LiveTalk {
  readonly #options: AnchoredTalkOptions;
  #over: (Talk & { readonly ended: 'hung up' }) | undefined;
  #tell: ((talk: Talk) => void) | undefined;
  #isParted = false;
  /** Joining and parting, one after the other. */
  #moves: Promise<unknown>;
  /** Stop listening for keys. */
  readonly #forget: (() => void)[] = [];

  constructor(options: AnchoredTalkOptions) {
    this.#options = options;
    const { caller, callee } = options;
    this.#moves = Promise.all([caller.described, callee.described]).then(() => this.#begin());
    for (const [party, other] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      party.end.gone.addEventListener('abort', () => this.#lost(party));
      party.tell({
        hungUp: (by, reason) => this.#hungUp(party, other, by, reason),
        held: (isHeld) => this.#held(other, isHeld),
        told: (req, res) => passInfo(other.half, req, res),
        ...(options.referred && { referred: (req, res) => options.referred?.(party.half, req, res) }),
      });
      // The media server passes keys on as events or tones; what only understands INFO is told by us.
      this.#forget.push(party.voice().pressed((key) => other.takesKeysByInfo && !other.isHeld && other.tellKey(key)));
    }
  }

  get caller() {
    return sideOf(this.#options.caller);
  }

  get callee() {
    return sideOf(this.#options.callee);
  }

  interrupt(talk: Talk): boolean {
    const tell = this.#tell;
    this.#tell = undefined;
    tell?.(talk);
    return tell !== undefined;
  }

  part(): boolean {
    const { caller, callee } = this.#options;
    if (this.#over !== undefined || !caller.half.acknowledged || !callee.half.acknowledged) return false;
    this.#isParted = true;
    this.#forgetKeys();
    return true;
  }

  /** Tells once, at once when it has ended already. How it sounded is waited for a moment. */
  whenEnded(tell: (talk: Talk) => void): void {
    this.#tell = tell;
    if (this.#over !== undefined) void this.#finish(this.#over);
  }

  /** We end it, for both. */
  hangUp(headers: Headers = {}): void {
    this.#end('exchange', headers);
  }

  /** One of them may hold the call from before: who was handed over had been put on hold. */
  async #begin(): Promise<void> {
    const { caller, callee } = this.#options;
    if (!caller.isHeld && !callee.isHeld) return this.#join();
    if (this.#isOver()) return;
    if (!caller.isHeld) caller.voice().loop('music');
    if (!callee.isHeld) callee.voice().loop('music');
  }

  async #join(): Promise<void> {
    const { caller, callee } = this.#options;
    if (this.#isOver()) return;
    if (!(await caller.end.join(callee.end))) this.hangUp({ Reason: lostReason });
  }

  #forgetKeys(): void {
    for (const forget of this.#forget.splice(0)) forget();
  }

  #hungUp(party: AnchoredParty, other: AnchoredParty, by: HungUp, reason: string | undefined): void {
    const q850 = q850Of(reason);
    other.hangUp(q850 === undefined ? {} : { Reason: `Q.850;cause=${q850}` });
    this.#end(by === 'engine' ? 'exchange' : party === this.#options.caller ? 'caller' : 'callee');
  }

  #lost(party: AnchoredParty): void {
    if (party.end.gone.reason === 'media lost') this.#end('exchange', { Reason: lostReason });
  }

  /** The other one hears music until the call is taken back. Both may hold it, and both take it back. */
  #held(other: AnchoredParty, isHeld: boolean): void {
    const { caller, callee } = this.#options;
    this.#moves = this.#moves.then(async () => {
      if (this.#isOver()) return;
      if (isHeld) {
        await other.end.part();
        if (!other.isHeld) other.voice().loop('music');
      } else if (!caller.isHeld && !callee.isHeld) await this.#join();
    });
  }

  #isOver(): boolean {
    return this.#over !== undefined || this.#isParted;
  }

  #end(by: 'caller' | 'callee' | 'exchange', headers: Headers = {}): void {
    if (this.#isOver()) return;
    this.#over = { ended: 'hung up', by, at: this.#options.now() };
    this.#forgetKeys();
    this.#options.caller.hangUp(headers);
    this.#options.callee.hangUp(headers);
    void this.#finish(this.#over);
  }

  async #finish(talk: Talk & { readonly ended: 'hung up' }): Promise<void> {
    const tell = this.#tell;
    this.#tell = undefined;
    if (tell === undefined) return;
    const calleeMedia = await lastWords(this.#options.callee.end);
    tell({ ...talk, ...(calleeMedia && { calleeMedia }) });
  }
}

function sideOf(party: AnchoredParty) {
  return { half: party.half, party };
}

const lostReason = 'Q.850;cause=41;text="The media server was lost"';
