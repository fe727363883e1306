import type { Leg } from './leg.ts';
import type { MediaOptions } from './options.ts';

/** A browser that was answered shows up within this, with checks and a handshake. */
const HANDSHAKE_MS = 15_000;

/**
 * Set by whoever opens a leg (`X-Unanswered` in the INVITE) and taken away once the call is answered: until then a caller may only
 * listen, and many send nothing (RFC 3960 §2.1), while a service speaks to them for minutes.
 */
const UNANSWERED = 'sip_h_X-Unanswered';

/** Looks now and then whether a leg's peer is still there. */
export class SilenceWatch {
  readonly #rtp: Pick<MediaOptions['rtp'], 'holdSeconds' | 'silenceSeconds'>;
  /** When a leg was last seen unanswered: its silence counts from there on. */
  readonly #unansweredAt = new WeakMap<Leg, number>();

  constructor(rtp: Pick<MediaOptions['rtp'], 'holdSeconds' | 'silenceSeconds'>) {
    this.#rtp = rtp;
  }

  /** Has it been silent for too long? A leg without a peer, as a room's control leg is, may stay. */
  isGone(leg: Leg, at: number): boolean {
    const { session } = leg;
    if (session.awaitsKeys && at - session.lastHeardAt > HANDSHAKE_MS) return true;
    if (session.gate.target === undefined || session.audio === undefined) return false;
    const isUnanswered = leg.variables.get(UNANSWERED) === 'true';
    if (isUnanswered) this.#unansweredAt.set(leg, at);
    // RFC 3264 §8.4: who puts us on hold by `sendonly` may have music to send, or nothing; by `inactive` nobody sends.
    if (isUnanswered || session.audio.direction !== 'sendrecv')
      return at - session.lastHeardAt > this.#rtp.holdSeconds * 1000;
    const since = Math.max(session.lastHeardAt, this.#unansweredAt.get(leg) ?? 0);
    return at - since > this.#rtp.silenceSeconds * 1000;
  }
}
