import { DtmfDetector } from '../../protocol/audio/dtmf-detector.ts';
import { applyGain, mixInto } from '../../protocol/audio/mix.ts';
import { Resampler } from '../../protocol/audio/resample.ts';
import { FRAME_MS } from './codec-kit.ts';
import type { Leg, LegAudio, Tap } from './leg.ts';
import type { RtpInput } from './rtp-input.ts';
import type { SoundSource } from './sounds/source.ts';

/** After media are agreed some silence is sent, so that a peer behind a NAT, and its firewall, know us. */
const OPENING_FRAMES = 5;

/**
 * What a channel hears and says, 20 ms at a time. `read` for all channels goes before `write` for any. Whatever is open on the leg
 * (sounds, recordings, a seat in a room) keeps the rate at which it was opened: when another codec is agreed meanwhile, frames are
 * resampled here, between them and the packets.
 */
export class ChannelAudio implements LegAudio {
  /** What the peer said in this frame; zeros when nothing, or while muted. */
  heard: Int16Array = new Int16Array(160);
  isHeardMuted = false;
  isSaidMuted = false;
  heardGain = 1;
  saidGain = 1;
  readonly taps = new Set<Tap>();
  sampleRate: 8000 | 16000 = 8000;
  readonly #leg: Leg;
  #frame: Int16Array = new Int16Array(160);
  #edge: Edge | undefined;
  #isReading = false;
  #isRelayed = false;
  #detector: DtmfDetector | undefined;
  #isDetecting = false;
  #displacing: { readonly source: SoundSource; readonly isMixed: boolean; readonly file: string } | undefined;
  #opening = 0;

  constructor(leg: Leg) {
    this.#leg = leg;
  }

  get displacedFile(): string | undefined {
    return this.#displacing?.file;
  }

  /** Is there a reason to decode, beside what a bridge may relay as it is? */
  get needsSound(): boolean {
    const { session } = this.#leg;
    return (
      this.taps.size > 0 ||
      this.isDetecting ||
      this.isHeardMuted ||
      this.isSaidMuted ||
      this.heardGain !== 1 ||
      this.saidGain !== 1 ||
      this.#displacing !== undefined ||
      session.output.isPressing
    );
  }

  /** Keys in the sound: asked for, or nothing better was agreed. */
  get isDetecting(): boolean {
    const { session, world } = this.#leg;
    return this.#isDetecting || (world.inBandDtmf && session.codec !== undefined && !session.hasKeyEvents);
  }

  detectKeys(isOn: boolean): void {
    this.#isDetecting = isOn;
  }

  /** New media were agreed: packets may be of another rate. */
  applied(): void {
    const { output } = this.#leg.session;
    const agreed = output.sampleRate === 16000 ? 16000 : 8000;
    this.#edge = agreed === this.sampleRate ? undefined : new Edge(agreed, this.sampleRate);
    if (this.#edge !== undefined && this.#isFree) this.#take(agreed);
    this.#opening = OPENING_FRAMES;
  }

  /** Does nothing hold on to the rate of before? */
  get #isFree(): boolean {
    const { stack, member } = this.#leg;
    return stack.isIdle && member === undefined && this.taps.size === 0 && this.#displacing === undefined;
  }

  #take(rate: 8000 | 16000): void {
    this.sampleRate = rate;
    this.heard = new Int16Array((rate * FRAME_MS) / 1000);
    this.#frame = new Int16Array(this.heard.length);
    this.#detector = undefined;
    this.#edge = undefined;
  }

  displace(file: string, source: SoundSource, isMixed: boolean): void {
    this.#displacing?.source.close();
    this.#displacing = { file, source, isMixed };
  }

  stopDisplacing(): void {
    this.#displacing?.source.close();
    this.#displacing = undefined;
  }

  read(): void {
    const { session, stack, bridge, member } = this.#leg;
    if (this.#edge !== undefined && this.#isFree) this.#take(this.#edge.rate);
    this.#isRelayed = bridge?.relays(this.#leg) === true;
    if (this.#isRelayed) {
      this.#isReading = false;
      session.listen(false);
      return;
    }
    const top = stack.top;
    this.#isReading =
      top?.hear !== undefined || this.taps.size > 0 || this.isDetecting || member !== undefined || bridge !== undefined;
    session.listen(this.#isReading);
    if (!this.#isReading) return;
    if (this.#edge === undefined) session.input.read(this.heard);
    else this.#edge.read(session.input, this.heard);
    if (this.isDetecting) this.#detect();
    if (this.isHeardMuted) this.heard.fill(0);
    else applyGain(this.heard, this.heard.length, this.heardGain);
    top?.hear?.(this.heard);
  }

  write(at: number): void {
    const { session } = this.#leg;
    session.tick(at);
    if (this.#isRelayed) {
      session.output.skip();
      return;
    }
    if (this.#writeEncoded()) return;
    const frame = this.#frame;
    const isSaid = this.#say(frame);
    if (isSaid) this.#shape(frame);
    const said = isSaid ? frame : undefined;
    if (this.#isReading) for (const tap of this.taps) tap.both(this.heard, said);
    session.output.write(said === undefined ? undefined : (this.#edge?.toPackets(said) ?? said));
  }

  close(): void {
    for (const tap of [...this.taps]) tap.end();
    this.taps.clear();
    this.stopDisplacing();
  }

  /** Nothing is done to what an application says, and nobody else listens to it: it may go as it lies there. */
  #writeEncoded(): boolean {
    const { stack, session } = this.#leg;
    const { top } = stack;
    if (top?.speakEncoded === undefined || this.taps.size > 0 || this.isSaidMuted) return false;
    if (this.#edge !== undefined) return false;
    return this.saidGain === 1 && this.#displacing === undefined && session.output.writeEncoded(top);
  }

  #say(frame: Int16Array): boolean {
    const { stack, bridge, member } = this.#leg;
    const top = stack.top;
    const isSaid = top === undefined ? (member ?? bridge)?.speak(this.#leg, frame) === true : top.speak(frame);
    if (isSaid || this.#displacing !== undefined) {
      if (!isSaid) frame.fill(0);
      return true;
    }
    if (this.#opening === 0 || bridge !== undefined) return false;
    this.#opening -= 1;
    frame.fill(0);
    return true;
  }

  #shape(frame: Int16Array): void {
    if (this.#displacing !== undefined) this.#mixDisplaced(frame);
    if (this.isSaidMuted) frame.fill(0);
    else applyGain(frame, frame.length, this.saidGain);
  }

  #mixDisplaced(frame: Int16Array): void {
    const displacing = this.#displacing;
    if (displacing === undefined) return;
    const sound = new Int16Array(frame.length);
    displacing.source.read(sound);
    if (!displacing.isMixed) frame.fill(0);
    mixInto(frame, sound, frame.length);
    if (displacing.source.isOver) this.stopDisplacing();
  }

  #detect(): void {
    // At 16 kHz every other sample: keys lie below 1.7 kHz, and what folds is 20 dB down in speech.
    this.#detector ??= new DtmfDetector(({ digit, durationMs }) =>
      this.#leg.pressed({ key: digit, durationMs }, 'INBAND_AUDIO'),
    );
    const step = this.heard.length / 160;
    const samples = step === 1 ? this.heard : this.heard.filter((_, i) => i % step === 0);
    this.#detector.hear(samples, samples.length);
  }
}

/** Between packets of one rate and a leg of the other. */
class Edge {
  readonly rate: 8000 | 16000;
  readonly #packets: Int16Array;
  readonly #in: Resampler;
  readonly #out: Resampler;

  constructor(rate: 8000 | 16000, legRate: 8000 | 16000) {
    this.rate = rate;
    this.#packets = new Int16Array((rate * FRAME_MS) / 1000);
    this.#in = new Resampler(rate, legRate);
    this.#out = new Resampler(legRate, rate);
  }

  read(input: RtpInput, heard: Int16Array): void {
    input.read(this.#packets);
    this.#in.convert(this.#packets, this.#packets.length, heard);
  }

  toPackets(said: Int16Array): Int16Array {
    this.#out.convert(said, said.length, this.#packets);
    return this.#packets;
  }
}
