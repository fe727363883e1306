import type { SampleRate } from '../../protocol/audio/codec.ts';
import { Resampler } from '../../protocol/audio/resample.ts';
import { channelHeaders } from './channel-event.ts';
import type { KeySource, Leg } from './leg.ts';

/** Two channels that hear each other. Packets are carried over undecoded where nothing needs the sound and both sides agree. */
export class Bridge {
  readonly #a: Leg;
  readonly #b: Leg;
  #isRelaying = false;
  #isOver = false;
  readonly #resamplers = new Map<string, Resampler>();

  constructor(a: Leg, b: Leg) {
    this.#a = a;
    this.#b = b;
    a.bridge = this;
    b.bridge = this;
    for (const [leg, other] of [
      [a, b],
      [b, a],
    ] as const) {
      leg.set('bridge_uuid', other.uuid);
      leg.set('signal_bond', other.uuid);
      leg.world.emit({ ...channelHeaders(leg, 'CHANNEL_BRIDGE'), 'Other-Leg-Unique-ID': other.uuid });
    }
  }

  other(leg: Leg): Leg {
    return leg === this.#a ? this.#b : this.#a;
  }

  /** Is the sound passed on without being looked at? Decided anew every frame, changed at once. */
  relays(leg: Leg): boolean {
    // Once a frame is enough: one of the two decides for both.
    if (leg === this.#a) {
      const mayRelay = !this.#isOver && canRelay(this.#a, this.#b);
      if (mayRelay !== this.#isRelaying) this.#switch(mayRelay);
    }
    return this.#isRelaying;
  }

  /** What the other side said. */
  speak(leg: Leg, frame: Int16Array): boolean {
    if (this.#isRelaying) return false;
    const other = this.other(leg);
    if (!other.stack.isIdle) {
      frame.fill(0);
      return true;
    }
    const { heard, sampleRate } = other.audio;
    if (heard.length === frame.length) frame.set(heard);
    else this.#resampler(sampleRate, leg.audio.sampleRate).convert(heard, heard.length, frame);
    return true;
  }

  /**
   * A key goes on as a telephone-event, or as a tone where the other side knows none. Relayed packets carry it by themselves, and
   * with `dtmf_type` at `info` the client tells it.
   */
  key(from: Leg, key: string, durationMs: number, source: KeySource): void {
    const to = this.other(from);
    if (!to.session.hasKeyEvents && to.variables.get('dtmf_type') === 'info') return;
    const wentByPacket = this.#isRelaying && source === 'RTP' && to.session.hasKeyEvents;
    const wentBySound = source === 'INBAND_AUDIO' && !to.session.hasKeyEvents;
    if (!wentByPacket && !wentBySound) to.session.output.press(key, Math.max(durationMs, 60));
  }

  /** Both are parked again. @param by the one that left, undefined when both were taken apart */
  end(by?: Leg): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#switch(false);
    for (const leg of [this.#a, this.#b]) {
      leg.bridge = undefined;
      leg.set('bridge_uuid', '');
      leg.set('signal_bond', '');
      leg.world.emit({
        ...channelHeaders(leg, 'CHANNEL_UNBRIDGE'),
        'Other-Leg-Unique-ID': this.other(leg).uuid,
      });
      if (leg !== by && !leg.isEnded) park(leg);
    }
  }

  #switch(isRelaying: boolean): void {
    this.#isRelaying = isRelaying;
    for (const leg of [this.#a, this.#b]) {
      leg.session.relayTo = isRelaying ? this.other(leg).session.output : undefined;
      leg.session.output.endRelay();
    }
  }

  #resampler(from: SampleRate, to: SampleRate): Resampler {
    const key = `${from} ${to}`;
    const known = this.#resamplers.get(key) ?? new Resampler(from, to);
    this.#resamplers.set(key, known);
    return known;
  }
}

/** FreeSWITCH's signs of a leg that is parked after a bridge. */
export function park(leg: Leg): void {
  leg.setCallState('RINGING');
  leg.setCallState('ACTIVE');
  leg.world.emit(channelHeaders(leg, 'CHANNEL_PARK'));
}

function canRelay(a: Leg, b: Leg): boolean {
  const [one, other] = [a.session, b.session];
  if (one.codec === undefined || one.codec !== other.codec || one.ptimeMs !== other.ptimeMs) return false;
  if (one.speaksOther || other.speaksOther) return false;
  return a.stack.isIdle && b.stack.isIdle && !a.audio.needsSound && !b.audio.needsSound;
}
