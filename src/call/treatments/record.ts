import type { RecordTalk } from '../../domain/call.ts';
import type { CallRecording } from '../../domain/call-recording.ts';
import type { Leg, Sound, Voice } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import type { Scene } from '../scene.ts';

/** Only who can be told can be recorded: without a voice there is nothing. */
export function recorderOf({ service, stopKey, keepDays }: RecordTalk, scene: Scene): Recorder | undefined {
  const { voice, world, call, config, record } = scene;
  if (voice === undefined) return undefined;
  const [off] = world.sounds([{ prompt: 'recording.off' }], config);
  return new TalkRecorder(voice, { stopKey, off }, world, { call: call.id, service, keepDays }, record);
}

type Order = Parameters<Scene['world']['recordings']['begin']>[0];

/** `off`: said when somebody has pressed the key. */
interface Ending {
  readonly stopKey: string;
  readonly off: Sound | undefined;
}

class TalkRecorder implements Recorder {
  readonly #voice: Voice;
  readonly #ending: Ending;
  readonly #world: Scene['world'];
  readonly #order: Order;
  readonly #undo: (() => void)[] = [];
  /** Who is to know that it has stopped: the caller, and whoever talks with them. */
  readonly #listeners: Voice[] = [];
  readonly #record: Scene['record'];
  #isDeclined = false;
  #isCut = false;
  #recording: CallRecording | undefined;

  constructor(voice: Voice, ending: Ending, world: Scene['world'], order: Order, record: Scene['record']) {
    this.#voice = voice;
    this.#ending = ending;
    this.#world = world;
    this.#order = order;
    this.#record = record;
    this.#listen(voice);
  }

  async began(leg: Leg): Promise<void> {
    const other = await this.#world.hearLeg(leg);
    if (other !== undefined) this.#listen(other);
    if (this.#isDeclined || this.#voice.gone.aborted) return;
    const recording = await this.#world.recordings.begin(this.#order);
    if (recording === undefined) {
      this.#record.recorded('failed');
      return;
    }
    this.#recording = recording;
    const began = await this.#voice.recordTalk(recording.file, () => {
      this.#isCut = true;
    });
    if (began && !this.#isDeclined) return;
    await this.#drop(this.#isDeclined ? 'deleted' : 'failed');
  }

  async over(): Promise<void> {
    for (const one of this.#undo.splice(0)) one();
    const recording = this.#recording;
    this.#recording = undefined;
    if (recording === undefined) return;
    await this.#voice.stopRecordingTalk(recording.file);
    this.#record.recorded(this.#isCut ? 'cut short' : 'whole');
    await this.#world.recordings.keep(recording);
  }

  #listen(voice: Voice): void {
    this.#listeners.push(voice);
    this.#undo.push(
      voice.pressed((key) => {
        if (key !== this.#ending.stopKey || this.#isDeclined) return;
        this.#isDeclined = true;
        void this.#stop();
      }),
    );
  }

  /** It is said when it is true. */
  async #stop(): Promise<void> {
    await this.#drop('deleted');
    const { off } = this.#ending;
    if (off !== undefined) for (const one of this.#listeners) one.tell(off);
  }

  /** Nothing is left of it. */
  async #drop(how: 'deleted' | 'failed'): Promise<void> {
    const recording = this.#recording;
    this.#recording = undefined;
    if (recording === undefined) return;
    this.#record.recorded(how);
    await this.#voice.stopRecordingTalk(recording.file);
    await this.#world.recordings.discard(recording);
  }
}
