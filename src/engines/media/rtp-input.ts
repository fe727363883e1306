import type { AudioDecoder, SampleRate } from '../../protocol/audio/codec.ts';
import { fillNoise, noiseLevelDbov } from '../../protocol/audio/comfort-noise.ts';
import { Concealer } from '../../protocol/audio/conceal.ts';
import { meanMagnitude } from '../../protocol/audio/level.ts';
import { cheapChance } from '../../protocol/audio/noise.ts';
import { Resampler } from '../../protocol/audio/resample.ts';
import { JitterBuffer, type Playout } from '../../protocol/rtp/jitter-buffer.ts';
import type { CodecName } from '../../protocol/sdp/codecs.ts';
import type { NegotiatedAudio } from '../../protocol/sdp/negotiated.ts';
import { CLOCK_RATE, CODEC_KITS } from './codec-kit.ts';

const QUIET = 150;
const MAX_PACKET_SAMPLES = 16 * 120;

interface Foreign {
  readonly sound: Int16Array;
  readonly resampler: Resampler;
}

/**
 * From packets to frames of sound: jitter buffer, decoder, concealment of what is lost, comfort noise in pauses.
 * Packets go in as they come, frames are taken out by the pump.
 */
export class RtpInput {
  readonly jitter: JitterBuffer;
  /** Samples that had to be made up, and all that were played. */
  concealed = 0;
  played = 0;
  /** Of the frames that are read, and of the codec we speak. */
  sampleRate: SampleRate = 8000;
  #codec: CodecName = 'PCMA';
  #decoder: AudioDecoder;
  /** The peer speaks a codec of the other rate. */
  #foreign: Foreign | undefined;
  #concealer: Concealer;
  #decoders = new Map<number, CodecName>();
  #noiseType = -1;
  /** Packets left out so far. */
  #skipped = 0;
  /** Was what was played last so soft that something may be left out after it? */
  #isQuiet = false;
  #noiseDbov: number | undefined;
  readonly #noise = cheapChance(7);
  #held = new Int16Array(0);
  #heldCount = 0;

  constructor(minDelayMs: number, maxDelayMs: number) {
    this.jitter = new JitterBuffer({ clockRate: CLOCK_RATE, minDelayMs, maxDelayMs });
    this.#decoder = CODEC_KITS.PCMA.decoder();
    this.#concealer = new Concealer(8000);
  }

  /** New media were agreed. What is buffered is forgotten when the codec changes. */
  apply(audio: NegotiatedAudio): void {
    this.#decoders = new Map(audio.accepted.map(({ codec, payloadType }) => [payloadType, codec]));
    this.#noiseType = audio.comfortNoise?.receive ?? -1;
    if (audio.codec !== this.#codec) this.#use(audio.codec);
    const { sampleRate } = CODEC_KITS[audio.codec];
    if (sampleRate === this.sampleRate) return;
    this.sampleRate = sampleRate;
    this.#foreign = undefined;
    this.#concealer = new Concealer(sampleRate);
    this.reset();
  }

  reset(): void {
    this.jitter.reset();
    this.#heldCount = 0;
    this.#isQuiet = false;
    this.#noiseDbov = undefined;
  }

  /** The next 20 ms. Returns false when there was no sound at all in it: nothing received, or a pause. */
  read(frame: Int16Array): boolean {
    let isSound = false;
    let isWhole = false;
    while (!isWhole && this.#heldCount < frame.length) {
      const playout = this.jitter.next(this.#isQuiet);
      if (this.jitter.skipped !== this.#skipped) {
        this.#skipped = this.jitter.skipped;
        this.#concealer.skipped();
      }
      const count = Math.max(1, Math.round((this.jitter.units * this.sampleRate) / CLOCK_RATE));
      isWhole = this.#heldCount === 0 && count === frame.length;
      isSound = this.#play(playout, isWhole ? frame : this.#more(count)) || isSound;
    }
    if (!isWhole) this.#takeHeld(frame);
    return isSound || meanMagnitude(frame, frame.length) > 0;
  }

  /** Where packets that are no frame each are put together. */
  #more(count: number): Int16Array {
    if (this.#held.length === 0) this.#held = new Int16Array(2 * MAX_PACKET_SAMPLES);
    const from = this.#heldCount;
    this.#heldCount = Math.min(from + count, this.#held.length);
    return this.#held.subarray(from, this.#heldCount);
  }

  #takeHeld(frame: Int16Array): void {
    frame.set(this.#held.subarray(0, frame.length));
    this.#held.copyWithin(0, frame.length, this.#heldCount);
    this.#heldCount -= frame.length;
  }

  #play(playout: Playout, to: Int16Array): boolean {
    this.played += to.length;
    if (playout === 'packet') return this.#decode(to);
    if (playout === 'lost' && this.#noiseDbov === undefined) {
      this.concealed += to.length;
      this.#concealer.conceal(to, to.length);
      return false;
    }
    this.#pause(to);
    return false;
  }

  #decode(to: Int16Array): boolean {
    const { payload, payloadType } = this.jitter;
    if (payloadType === this.#noiseType) {
      this.#noiseDbov = noiseLevelDbov(payload);
      this.#pause(to);
      return false;
    }
    const codec = this.#decoders.get(payloadType);
    if (codec === undefined) {
      this.#pause(to);
      return false;
    }
    this.#noiseDbov = undefined;
    if (codec !== this.#codec) this.#use(codec);
    const decoded =
      this.#foreign === undefined ? this.#decoder.decode(payload, to) : this.#resampled(this.#foreign, payload, to);
    if (decoded < to.length) to.fill(0, decoded);
    this.#isQuiet = meanMagnitude(to, to.length) < QUIET;
    this.#concealer.good(to, to.length);
    return true;
  }

  #pause(to: Int16Array): void {
    if (this.#noiseDbov === undefined) to.fill(0);
    else fillNoise(to, to.length, this.#noiseDbov, this.#noise);
    this.#isQuiet = true;
    this.#concealer.good(to, to.length);
  }

  #resampled({ sound, resampler }: Foreign, payload: Uint8Array, to: Int16Array): number {
    return resampler.convert(sound, this.#decoder.decode(payload, sound), to);
  }

  #use(codec: CodecName): void {
    this.#codec = codec;
    this.#decoder = CODEC_KITS[codec].decoder();
    const { sampleRate } = CODEC_KITS[codec];
    this.#foreign =
      sampleRate === this.sampleRate
        ? undefined
        : { sound: new Int16Array(2 * MAX_PACKET_SAMPLES), resampler: new Resampler(sampleRate, this.sampleRate) };
  }
}
