import type {
  Collected,
  CollectOptions,
  Played,
  PlayOptions,
  Recorded,
  RecordOptions,
  Sound,
  Voice,
} from '../../src/call/ports.ts';
import type { Gone } from '../../src/domain/gone.ts';
import type { Instant } from '../../src/domain/instant.ts';

interface HandClock {
  now(): Instant;
  after(seconds: number, what: () => void): () => void;
}

export interface VoiceScript {
  /** Seconds after the voice began, and the key that is pressed then. */
  readonly keys?: readonly (readonly [after: number, key: string])[];
  /** Seconds until they hang up. */
  readonly leaves?: number;
  /** How much they say into a recording; until they hang up when absent. */
  readonly speaks?: number;
  /** The disk fills so many seconds into a recording. */
  readonly diskFills?: number;
}

/** Every sound lasts two seconds. */
const soundSeconds = 2;

interface Ways<T> {
  readonly over: () => T;
  readonly gone: () => T;
  readonly stopped: () => T;
  readonly onKey?: (key: string) => T | undefined;
  readonly stop?: Gone | undefined;
}

/** A party that hears everything, presses the keys of its script, and leaves when it says. */
export class FakeVoice implements Voice {
  /** What it was told to do, and when: `+2 play welcome`. */
  readonly told: string[] = [];
  readonly #gone = new AbortController();
  readonly #listeners = new Set<(key: string) => void>();
  readonly #clock: HandClock;
  readonly #script: VoiceScript;
  readonly #began: Instant;
  #interrupt: (() => void) | undefined;

  constructor(clock: HandClock, script: VoiceScript = {}) {
    this.#clock = clock;
    this.#script = script;
    this.#began = clock.now();
    for (const [after, key] of script.keys ?? []) clock.after(after, () => this.#press(key));
    if (script.leaves !== undefined) clock.after(script.leaves, () => this.leave());
  }

  get gone(): Gone {
    return this.#gone.signal;
  }

  leave(): void {
    if (!this.gone.aborted) this.#gone.abort('hung up');
  }

  play(sounds: readonly Sound[], options: PlayOptions = {}): Promise<Played> {
    const { stopKeys = '', stop, secondsAtMost = Number.POSITIVE_INFINITY } = options;
    this.#say(`play ${sounds.map(nameOf).join(' ')}`);
    return this.#until<Played>(Math.min(sounds.length * soundSeconds, secondsAtMost), {
      over: () => ({ ended: 'done' }),
      gone: () => ({ ended: 'gone' }),
      stopped: () => ({ ended: 'stopped' }),
      onKey: (key) => (stopKeys.includes(key) ? { ended: 'key', key } : undefined),
      stop,
    });
  }

  collect(sounds: readonly Sound[], { digitsAtMost, endKey, firstSeconds, stop }: CollectOptions): Promise<Collected> {
    this.#say(`collect ${sounds.map(nameOf).join(' ')}`);
    let digits = '';
    return this.#until<Collected>(sounds.length * soundSeconds + firstSeconds, {
      over: () => ({ ended: digits === '' ? 'silence' : 'digits', digits }),
      gone: () => ({ ended: 'gone' }),
      stopped: () => ({ ended: 'stopped', digits }),
      onKey: (key) => {
        if (key !== endKey) digits += key;
        return key === endKey || digits.length >= digitsAtMost ? { ended: 'digits', digits } : undefined;
      },
      stop,
    });
  }

  loop(what: string): void {
    this.#interrupt?.();
    this.#interrupt = undefined;
    this.#say(`loop ${what}`);
  }

  record({ file, secondsAtMost, stopKeys }: RecordOptions): Promise<Recorded> {
    this.#say(`record ${file}`);
    const from = this.#clock.now();
    const { speaks = Number.POSITIVE_INFINITY, diskFills = Number.POSITIVE_INFINITY } = this.#script;
    const isCut = diskFills < Math.min(secondsAtMost, speaks);
    const done = (ended: Recorded['ended'], key?: string): Recorded => ({
      ended,
      ...(key !== undefined && { key }),
      seconds: (this.#clock.now() - from) / 1_000,
      path: `/recordings/${file}`,
    });
    return this.#until<Recorded>(Math.min(secondsAtMost, speaks, diskFills), {
      over: () => done(isCut ? 'cut' : speaks < secondsAtMost ? 'silence' : 'full length'),
      gone: () => done('gone'),
      stopped: () => done('silence'),
      onKey: (key) => (stopKeys.includes(key) ? done('key', key) : undefined),
    });
  }

  async recordTalk(file: string, cut: () => void): Promise<boolean> {
    this.#say(`records the talk`);
    const { diskFills } = this.#script;
    if (diskFills !== undefined) this.#clock.after(diskFills, cut);
    return file !== '';
  }

  async stopRecordingTalk(): Promise<void> {
    this.#say('records no more');
  }

  meet(name: string): Promise<'stopped' | 'ended' | 'gone'> {
    this.#say(`meet ${name}`);
    return this.#until(Number.POSITIVE_INFINITY, { over: () => 'ended', gone: () => 'gone', stopped: () => 'stopped' });
  }

  tellMeeting(name: string, sound: Sound): void {
    this.#say(`tells ${name} ${nameOf(sound)}`);
  }

  tell(sound: Sound): void {
    this.#say(`tells ${nameOf(sound)}`);
  }

  pressed(tell: (key: string) => void): () => void {
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  }

  hangUp(): void {
    this.#say('hang up');
    this.leave();
  }

  #press(key: string): void {
    if (!this.gone.aborted) for (const tell of [...this.#listeners]) tell(key);
  }

  #say(what: string): void {
    this.told.push(`+${(this.#clock.now() - this.#began) / 1_000} ${what}`);
  }

  #until<T>(seconds: number, { over, gone, stopped, onKey, stop }: Ways<T>): Promise<T> {
    this.#interrupt?.();
    return new Promise((settle) => {
      const undo: (() => void)[] = [];
      const end = (result: T): void => {
        for (const one of undo.splice(0)) one();
        settle(result);
      };
      const when = (signal: Gone, result: () => T): void => {
        const aborted = (): void => end(result());
        if (signal.aborted) {
          aborted();
          return;
        }
        signal.addEventListener('abort', aborted);
        undo.push(() => signal.removeEventListener('abort', aborted));
      };
      undo.push(this.#clock.after(seconds, () => end(over())));
      when(this.gone, gone);
      if (stop !== undefined) when(stop, stopped);
      undo.push(
        this.pressed((key) => {
          const result = onKey?.(key);
          if (result !== undefined) end(result);
        }),
      );
      this.#interrupt = () => end(stopped());
    });
  }
}

export function nameOf(sound: Sound): string {
  if ('file' in sound) return sound.file;
  return 'tone' in sound ? `tone ${sound.tone}` : 'silence';
}
