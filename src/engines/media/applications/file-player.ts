import type { Law } from '../../../protocol/audio/g711.ts';
import { channelHeaders, resultHeaders } from '../channel-event.ts';
import type { Leg } from '../leg.ts';
import type { OpenSound } from '../sounds/open.ts';

export type PlayEnd = 'done' | 'break' | 'not found';

/** FreeSWITCH counts what it has read ahead, in blocks of about two seconds, and clients have come to expect it. */
const BLOCK_SECONDS = 2.048;

/** One sound from its first sample to its last, with the events around it. It is opened while the first frames go by. */
export class FilePlayer {
  readonly #leg: Leg;
  readonly #onEnd: (end: PlayEnd) => void;
  #sound: OpenSound | undefined;
  #isOver = false;

  constructor(leg: Leg, file: string, onEnd: (end: PlayEnd) => void) {
    this.#leg = leg;
    this.#onEnd = onEnd;
    void this.#open(file);
  }

  get position(): number {
    return this.#sound?.source.position ?? 0;
  }

  speak(frame: Int16Array): boolean {
    const source = this.#sound?.source;
    if (source === undefined) return false;
    const count = source.read(frame);
    if (count < frame.length) frame.fill(0, count);
    if (source.isOver) this.end('done');
    return true;
  }

  speakEncoded(law: Law, packet: Uint8Array, at: number, count: number): boolean {
    const source = this.#sound?.source;
    if (source?.readEncoded?.(law, packet, at, count) !== true) return false;
    if (source.isOver) this.end('done');
    return true;
  }

  end(status: 'done' | 'break'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#sound !== undefined) {
      this.#sound.source.close();
      this.#tell('PLAYBACK_STOP', this.#sound, status);
    }
    this.#onEnd(status);
  }

  /** The results of playing: `playback_ms` of this file, `playback_last_offset_pos` as handed in. */
  setVariables(offset: number): void {
    const source = this.#sound?.source;
    if (source === undefined) return;
    const block = Math.round(BLOCK_SECONDS * source.fileRate);
    const isFile = source.length !== undefined;
    const readAhead = isFile ? Math.min(source.length ?? 0, Math.ceil(source.played / block) * block) : source.played;
    const ms = Math.floor((readAhead * 1000) / source.fileRate);
    this.#leg.set('playback_seconds', String(Math.floor(ms / 1000)));
    this.#leg.set('playback_ms', String(ms));
    this.#leg.set('playback_samples', String(readAhead));
    this.#leg.set('playback_last_offset_pos', String(offset));
  }

  async #open(file: string): Promise<void> {
    const { audio, variables, world } = this.#leg;
    const sound = await world.library
      .open(file, audio.sampleRate, variables.get('sound_prefix'))
      .catch(() => undefined);
    if (this.#isOver) {
      sound?.source.close();
      return;
    }
    if (sound === undefined) {
      this.#isOver = true;
      this.#onEnd('not found');
      return;
    }
    this.#sound = sound;
    this.#tell('PLAYBACK_START', sound);
  }

  #tell(name: string, { path, source }: OpenSound, status?: string): void {
    this.#leg.world.emit({
      ...channelHeaders(this.#leg, name),
      'Playback-File-Path': path,
      'Playback-File-Type': source.kind,
      'Playback-Status': status,
      ...resultHeaders(this.#leg, true),
    });
  }
}
