import type { SampleRate } from '../../protocol/audio/codec.ts';
import { Resampler } from '../../protocol/audio/resample.ts';
import type { Channel, KeySource } from './channel.ts';
import { channelHeaders } from './channel-event.ts';

/** Two channels that hear each other. Packets are carried over undecoded where nothing needs the sound and both sides agree. */
export class Bridge {
  readonly #a: Channel;
  readonly #b: Channel;
  #isRelaying = false;
  #isOver = false;
  readonly #resamplers = new Map<string, Resampler>();

  constructor(a: Channel, b: Channel) {
    this.#a = a;
    this.#b = b;
    a.bridge = this;
    b.bridge = this;
    for (const [channel, other] of [
      [a, b],
      [b, a],
    ] as const) {
      channel.set('bridge_uuid', other.uuid);
      channel.set('signal_bond', other.uuid);
      channel.world.emit({ ...channelHeaders(channel, 'CHANNEL_BRIDGE'), 'Other-Leg-Unique-ID': other.uuid });
    }
  }

  other(channel: Channel): Channel {
    return channel === this.#a ? this.#b : this.#a;
  }

  /** Is the sound passed on without being looked at? Decided anew every frame, changed at once. */
  relays(): boolean {
    const mayRelay = !this.#isOver && canRelay(this.#a, this.#b);
    if (mayRelay !== this.#isRelaying) this.#switch(mayRelay);
    return mayRelay;
  }

  /** What the other side said. */
  speak(channel: Channel, frame: Int16Array): boolean {
    if (this.#isRelaying) return false;
    const other = this.other(channel);
    if (!other.stack.isIdle) {
      frame.fill(0);
      return true;
    }
    const { heard, sampleRate } = other.audio;
    if (heard.length === frame.length) frame.set(heard);
    else this.#resampler(sampleRate, channel.audio.sampleRate).convert(heard, heard.length, frame);
    return true;
  }

  /** A key goes on as a telephone-event, or as a tone where the other side knows none. Relayed packets carry it by themselves. */
  key(from: Channel, key: string, durationMs: number, source: KeySource): void {
    const to = this.other(from);
    const wentByPacket = this.#isRelaying && source === 'RTP' && to.session.audio?.telephoneEvent !== undefined;
    const wentBySound = source === 'INBAND_AUDIO' && to.session.audio?.telephoneEvent === undefined;
    if (!wentByPacket && !wentBySound) to.session.output.press(key, Math.max(durationMs, 60));
  }

  /** Both are parked again. @param by the one that left, undefined when both were taken apart */
  end(by?: Channel): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#switch(false);
    for (const channel of [this.#a, this.#b]) {
      channel.bridge = undefined;
      channel.variables.delete('bridge_uuid');
      channel.variables.delete('signal_bond');
      channel.world.emit({
        ...channelHeaders(channel, 'CHANNEL_UNBRIDGE'),
        'Other-Leg-Unique-ID': this.other(channel).uuid,
      });
      if (channel !== by && !channel.isEnded) park(channel);
    }
  }

  #switch(isRelaying: boolean): void {
    this.#isRelaying = isRelaying;
    for (const channel of [this.#a, this.#b]) {
      channel.session.relayTo = isRelaying ? this.other(channel).session.output : undefined;
      channel.session.output.endRelay();
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
export function park(channel: Channel): void {
  channel.setCallState('RINGING');
  channel.setCallState('ACTIVE');
  channel.world.emit(channelHeaders(channel, 'CHANNEL_PARK'));
}

function canRelay(a: Channel, b: Channel): boolean {
  const [one, other] = [a.session.audio, b.session.audio];
  if (one === undefined || other === undefined || one.codec !== other.codec || one.ptimeMs !== other.ptimeMs)
    return false;
  return [a, b].every(({ stack, audio }) => stack.isIdle && !audio.needsSound);
}
