import type { Conversation, Half, HungUp } from './half.ts';
import { ofAnswer } from './headers.ts';
import type { Side } from './live-talk.ts';
import type { SipRequest, SipResponse } from './srf.ts';
import { respond } from './wire.ts';

/** A party between two talks, whose sound goes straight to another: the call stands, and for a moment nobody is there to take an offer. */
class Waiting implements Conversation {
  readonly #left: (by: HungUp) => void;

  constructor(half: Half, left: (by: HungUp) => void) {
    this.#left = left;
    half.join(this);
    if (half.over === 'far end' || half.over === 'engine') left(half.over);
  }

  hungUp(_half: Half, by: HungUp): void {
    this.#left(by);
  }

  offered(_half: Half, req: SipRequest, res: SipResponse): void {
    if (req.method === 'UPDATE' && !req.body) respond(res, 200, { headers: ofAnswer(req, req) });
    else respond(res, 491);
  }

  told(_half: Half, _req: SipRequest, res: SipResponse): void {
    respond(res, 200);
  }

  acknowledged(): void {
    // Nothing is owed: who is transferred has acknowledged long ago.
  }
}

/** Minds a party that was taken out of a talk: `left` is told, at once when they are gone already. */
export function mind({ half, party }: Side, left: (by: HungUp) => void): void {
  if (party === undefined) new Waiting(half, left);
  else party.tell({ hungUp: left });
}

/** Hangs up on one side of a talk. Harmless when it is over. */
export function hangUpOn({ half, party }: Side): void {
  if (party === undefined) half.bye();
  else party.hangUp();
}
