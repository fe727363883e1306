import { mixInto } from '../../../protocol/audio/mix.ts';
import { channelHeaders } from '../channel-event.ts';
import type { Leg, Tap } from '../leg.ts';
import { writableFile } from '../sounds/folders.ts';
import { WavRecorder, wavEncodingOf } from '../sounds/wav-recorder.ts';

/** How a recording of both directions is written: from the channel's variables when it begins. */
interface Manner {
  readonly isStereo: boolean;
  readonly hasHeard: boolean;
  readonly hasSaid: boolean;
}

/** `record_session` and `uuid_record`: both directions, while anything else goes on; belongs to the leg. */
export class SessionRecording implements Tap {
  readonly file: string;
  isPaused = false;
  isMasked = false;
  readonly #leg: Leg;
  readonly #recorder: WavRecorder;
  readonly #manner: Manner;
  readonly #limitSamples: number;
  readonly #rate: number;
  #isOver = false;

  private constructor(leg: Leg, file: string, recorder: WavRecorder, manner: Manner, limitSeconds: number) {
    this.#leg = leg;
    this.file = file;
    this.#recorder = recorder;
    this.#manner = manner;
    this.#rate = leg.audio.sampleRate;
    const { maxRecordSeconds } = leg.world;
    this.#limitSamples = Math.min(limitSeconds || maxRecordSeconds, maxRecordSeconds) * this.#rate;
  }

  /** Begins; a sentence when it cannot. */
  static async begin(leg: Leg, file: string, limitSeconds: number): Promise<SessionRecording | string> {
    const isOn = (name: string) => leg.variables.get(name) === 'true';
    const manner = {
      isStereo: isOn('RECORD_STEREO'),
      hasHeard: !isOn('RECORD_WRITE_ONLY'),
      hasSaid: !isOn('RECORD_READ_ONLY'),
    };
    const { world, audio } = leg;
    const path = await writableFile(file, world.folders);
    if (path === undefined) return 'not a .wav in a folder for recordings';
    const encoding = wavEncodingOf(leg.variables.get('record_encoding'));
    const format = { encoding, sampleRate: audio.sampleRate, channels: manner.isStereo ? 2 : 1 } as const;
    const recorder = await WavRecorder.open(path, {
      format,
      isAppended: isOn('RECORD_APPEND'),
      freeFloorBytes: world.freeFloorBytes,
    });
    if (typeof recorder === 'string') return recorder;
    const recording = new SessionRecording(leg, file, recorder, manner, limitSeconds);
    leg.audio.taps.add(recording);
    world.emit({ ...channelHeaders(leg, 'RECORD_START'), 'Record-File-Path': recorder.path });
    return recording;
  }

  both(heard: Int16Array, said: Int16Array | undefined): void {
    if (this.isPaused || this.#isOver) return;
    const { hasHeard, hasSaid, isStereo } = this.#manner;
    const mine = hasHeard && !this.isMasked ? heard : undefined;
    const theirs = hasSaid && !this.isMasked ? said : undefined;
    this.#recorder.write(isStereo ? interleaved(mine, theirs, heard.length) : mixed(mine, theirs, heard.length));
    if (this.#recorder.problem !== undefined || this.#recorder.samples >= this.#limitSamples) this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#leave();
    this.#tell();
    void this.#recorder.close().then(() => this.#report());
  }

  /** By a command: how it ended is told when the disk has taken the rest, or has not. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#leave();
    await this.#recorder.close();
    this.#tell();
    this.#report();
  }

  #leave(): void {
    this.#isOver = true;
    this.#leg.audio.taps.delete(this);
  }

  #tell(): void {
    const isEmpty = this.#recorder.samples === 0;
    const cause = isEmpty ? 'empty-file' : (this.#recorder.problem ?? 'success');
    this.#leg.set('record_completion_cause', cause);
    this.#leg.world.emit({
      ...channelHeaders(this.#leg, 'RECORD_STOP'),
      'Record-File-Path': this.#recorder.path,
      'Record-Completion-Cause': cause,
    });
  }

  #report(): void {
    const { problem } = this.#recorder;
    const { world, uuid } = this.#leg;
    if (problem !== undefined) world.log('error', 'a recording ended early', { leg: uuid, because: problem });
  }
}

/** The recordings of a leg by the name they were begun with; `all` for all of them. */
export function recordingsOf(leg: Leg, file: string): readonly SessionRecording[] {
  const all = [...leg.audio.taps].filter((tap): tap is SessionRecording => tap instanceof SessionRecording);
  return file === 'all' ? all : all.filter((recording) => recording.file === file);
}

function mixed(heard: Int16Array | undefined, said: Int16Array | undefined, count: number): Int16Array {
  const frame = new Int16Array(count);
  if (heard !== undefined) frame.set(heard);
  if (said !== undefined) mixInto(frame, said, count);
  return frame;
}

/** The peer left, what it hears right. */
function interleaved(heard: Int16Array | undefined, said: Int16Array | undefined, count: number): Int16Array {
  const frame = new Int16Array(count * 2);
  for (let i = 0; i < count; i += 1) {
    frame[2 * i] = heard?.[i] ?? 0;
    frame[2 * i + 1] = said?.[i] ?? 0;
  }
  return frame;
}
