import { meanMagnitude } from '../../../protocol/audio/level.ts';
import { type RecordArgument, readRecordArgument } from '../../../protocol/esl/arguments.ts';
import { channelHeaders } from '../channel-event.ts';
import { FRAME_MS } from '../codec-kit.ts';
import { type Application, NO_RESPONSE, type Start } from '../leg.ts';
import { writableFile } from '../sounds/folders.ts';
import { WavRecorder, wavEncodingOf } from '../sounds/wav-recorder.ts';
import { isTerminator } from './terminator.ts';

const KEEP_ALIVE_FRAMES = 1000 / FRAME_MS;

/** `record <file> [limit] [threshold] [silence]`: what the peer says, until a key, the limit or silence. */
export function record(start: Start): Application {
  return new Recording(start, readRecordArgument(start.argument));
}

class Recording implements Application {
  readonly #start: Start;
  readonly #wanted: RecordArgument | undefined;
  readonly #limitFrames: number;
  readonly #silenceFrames: number;
  #recorder: WavRecorder | undefined;
  #path = '';
  #frames = 0;
  #spoken = 0;
  #quietFrames = 0;
  #isDone = false;

  constructor(start: Start, wanted: RecordArgument | undefined) {
    this.#start = start;
    this.#wanted = wanted;
    const { maxRecordSeconds } = start.leg.world;
    this.#limitFrames = (Math.min(wanted?.limitSeconds || maxRecordSeconds, maxRecordSeconds) * 1000) / FRAME_MS;
    this.#silenceFrames =
      wanted === undefined || wanted.threshold === 0
        ? Number.POSITIVE_INFINITY
        : (wanted.silenceSeconds * 1000) / FRAME_MS;
    start.leg.set('playback_terminator_used', '');
    start.leg.set('silence_hits_exhausted', 'false');
    start.leg.set('record_problem', '');
    void this.#open();
  }

  /** A frame of silence a second goes out meanwhile, so that the way through a NAT stays open (RFC 6263 §4.6). */
  speak(frame: Int16Array): boolean {
    this.#spoken += 1;
    if (this.#isDone || this.#spoken % KEEP_ALIVE_FRAMES !== 1) return false;
    frame.fill(0);
    return true;
  }

  hear(frame: Int16Array): void {
    const recorder = this.#recorder;
    if (recorder === undefined || this.#isDone) return;
    recorder.write(frame);
    this.#frames += 1;
    if (Number.isFinite(this.#silenceFrames)) this.#watchSilence(frame);
    if (recorder.problem !== undefined || this.#frames >= this.#limitFrames) void this.#finish();
  }

  key(key: string): void {
    if (!isTerminator(this.#start.leg, key)) return;
    this.#start.leg.set('playback_terminator_used', key);
    void this.#finish();
  }

  stop(): void {
    void this.#finish();
  }

  async #open(): Promise<void> {
    const { leg } = this.#start;
    const { world, audio } = leg;
    const path = await writableFile(this.#wanted?.file ?? '', world.folders);
    const encoding = wavEncodingOf(leg.variables.get('record_encoding'));
    const format = { encoding, sampleRate: audio.sampleRate, channels: 1 } as const;
    const isAppended = leg.variables.get('RECORD_APPEND') === 'true';
    const recorder =
      path === undefined
        ? 'not a .wav in a folder for recordings'
        : await WavRecorder.open(path, { format, isAppended, freeFloorBytes: world.freeFloorBytes });
    if (typeof recorder === 'string') {
      this.#refuse(recorder);
      return;
    }
    if (this.#isDone) {
      await recorder.close();
      return;
    }
    this.#path = recorder.path;
    this.#recorder = recorder;
    world.emit({ ...channelHeaders(leg, 'RECORD_START'), 'Record-File-Path': recorder.path });
  }

  /** As FreeSWITCH does: the completion says nothing, and the call is ended. */
  #refuse(because: string): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const { leg, done } = this.#start;
    leg.world.log('error', 'cannot record', { leg: leg.uuid, because });
    leg.set('record_problem', because);
    done(NO_RESPONSE);
    leg.hangup('DESTINATION_OUT_OF_ORDER', 'engine');
  }

  #watchSilence(frame: Int16Array): void {
    const isQuiet = meanMagnitude(frame, frame.length) < (this.#wanted?.threshold ?? 0);
    this.#quietFrames = isQuiet ? this.#quietFrames + 1 : 0;
    if (this.#quietFrames < this.#silenceFrames) return;
    this.#start.leg.set('silence_hits_exhausted', 'true');
    void this.#finish();
  }

  /** Results are set and completed at once; the disk may take its time. */
  async #finish(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    const { leg, done } = this.#start;
    const samples = this.#recorder?.samples ?? 0;
    const ms = Math.floor((samples * 1000) / leg.audio.sampleRate);
    leg.set('record_seconds', String(Math.floor(ms / 1000)));
    leg.set('record_ms', String(ms));
    leg.set('record_samples', String(samples));
    if (this.#recorder?.problem !== undefined) leg.set('record_problem', this.#recorder.problem);
    const closing = this.#recorder?.close();
    leg.world.emit({ ...channelHeaders(leg, 'RECORD_STOP'), 'Record-File-Path': this.#path });
    done(NO_RESPONSE);
    await closing;
    if (this.#recorder?.problem !== undefined) {
      leg.world.log('error', 'a recording ended early', { leg: leg.uuid, because: this.#recorder.problem });
    }
  }
}
