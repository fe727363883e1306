import type { Half } from './half.ts';
import type { Legs } from './legs.ts';
import { AnchoredParty } from './party.ts';
import { leadingNumber } from './read.ts';
import type { Ack, SipResponse } from './srf.ts';
import { respond } from './wire.ts';

/** How long a far end may take over a re-INVITE of ours. */
const answerSeconds = 35;
const triesAtMost = 4;
/** RFC 3261 §14.1: from 2.1 to 4 s after a 491 for whoever owns the Call-ID; it does for the other too, where we ask once more only. */
const glareSeconds = 2.1;

/** What a far end said to a re-INVITE of ours. `ack` is owed: with our answer, when the offer was theirs. */
export interface Reoffered {
  readonly sdp: string;
  readonly ack: Ack;
}

type Tools = Pick<Legs, 'after'>;

/**
 * A re-INVITE of ours: with our offer, or without one, so that the far end makes it (RFC 3725 §4.1). Asks again after a
 * glare. `undefined`: they did not take it, or are gone. Never rejects.
 */
export function reoffer(half: Half, sdp: string | undefined, tools: Tools): Promise<Reoffered | undefined> {
  return new Promise((settle) => new Reoffer(half, sdp, tools, settle).ask());
}

/** Takes the sound of a party that talks straight to another over the media server. `undefined`: it stays as it was. Never rejects. */
export async function anchorHalf(half: Half, legs: Pick<Legs, 'after' | 'media'>): Promise<AnchoredParty | undefined> {
  const end = await legs.media?.open({ offers: half.keying ?? 'plain' });
  if (end === undefined) return undefined;
  const got = await reoffer(half, end.sdp, legs);
  got?.ack();
  if (got === undefined || (await end.take(got.sdp)) === undefined) {
    end.close();
    return undefined;
  }
  return new AnchoredParty(half, end, false, { body: got.sdp, header: () => undefined });
}

class Reoffer {
  readonly #half: Half;
  readonly #sdp: string | undefined;
  readonly #tools: Tools;
  readonly #settle: (got: Reoffered | undefined) => void;
  readonly #forget: () => void;
  #tries = 0;
  #isOver = false;

  constructor(half: Half, sdp: string | undefined, tools: Tools, settle: (got: Reoffered | undefined) => void) {
    this.#half = half;
    this.#sdp = sdp;
    this.#tools = tools;
    this.#settle = settle;
    this.#forget = tools.after(answerSeconds, () => this.#end(undefined));
  }

  ask(): void {
    const half = this.#half;
    this.#tries += 1;
    if (half.over !== undefined) {
      this.#end(undefined);
      return;
    }
    if (half.serving) {
      this.#later(1);
      return;
    }
    half.asking = true;
    const headers = {
      Supported: 'timer',
      ...(this.#sdp !== undefined && { 'Content-Type': 'application/sdp' }),
    };
    half.request('INVITE', headers, this.#sdp, {
      failed: () => this.#end(undefined),
      response: (res, ack) => this.#answered(res, ack),
      // RFC 3311 §5.2: their UPDATE meets our re-INVITE.
      update: (_update, res) => respond(res, 491),
    });
  }

  #answered(res: SipResponse, ack: Ack): void {
    if (res.status < 200) return;
    if (res.status < 300) {
      if (this.#isOver || !res.body) ack();
      this.#end(res.body ? { sdp: res.body, ack } : undefined);
      return;
    }
    this.#half.asking = false;
    if (this.#isOver) return;
    if (res.status === 491) this.#later(glareSeconds);
    else if (res.status === 500) this.#later(Math.min(leadingNumber(res.header('retry-after')) ?? glareSeconds, 10));
    else this.#end(undefined);
  }

  #later(seconds: number): void {
    if (this.#tries >= triesAtMost) this.#end(undefined);
    else this.#tools.after(seconds, () => !this.#isOver && this.ask());
  }

  #end(got: Reoffered | undefined): void {
    this.#half.asking = false;
    if (this.#isOver) return;
    this.#isOver = true;
    this.#forget();
    this.#settle(got);
  }
}
