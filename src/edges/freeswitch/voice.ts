import type { VoiceParty } from '../../call/media/ports.ts';
import type {
  Collected,
  CollectOptions,
  GoneReason,
  Played,
  PlayOptions,
  Recorded,
  RecordOptions,
  Sound,
  Voice,
} from '../../call/ports.ts';
import type { Gone } from '../../domain/gone.ts';
import type { Controlled } from './controlled.ts';
import { recordOnto, recordTalk, stopRecordingTalk } from './recording.ts';
import { softMusic, toneStream } from './tones.ts';
import { fileWord, meetingWord, numberWord, streamWord } from './words.ts';

/** Several sounds in one command. */
const delimiter = '!';
const soundsAtMost = 100;
const endless = '-1';
const leadIn = 'silence_stream://400';
const leadOut = 'silence_stream://100';

/**
 * A voice over one channel. One thing at a time: `#job` counts what was begun, and whoever finds it changed has been stopped. Keys are
 * taken from the server's events, and what they stop is stopped by us: the same on every server, whatever it leaves out of
 * its results.
 */
export class ChannelVoice implements Voice {
  readonly #channel: Controlled;
  readonly #party: VoiceParty;
  readonly #gone = new AbortController();
  #job = 0;
  #hasSpoken = false;

  constructor(channel: Controlled, party: VoiceParty) {
    this.#channel = channel;
    this.#party = party;
    const left = (): void => this.#leave(party.gone.reason as GoneReason);
    const lost = (): void => this.#leave(channel.gone.reason === 'closed' ? 'hung up' : 'media lost');
    if (party.gone.aborted) left();
    else if (channel.gone.aborted) lost();
    party.gone.addEventListener('abort', left);
    channel.gone.addEventListener('abort', lost);
  }

  get gone(): Gone {
    return this.#gone.signal;
  }

  async play(sounds: readonly Sound[], options: PlayOptions = {}): Promise<Played> {
    const { stopKeys = '', stop, secondsAtMost } = options;
    const job = await this.#begin();
    const files = this.#breathing(this.#files(sounds));
    if (this.gone.aborted) return { ended: 'gone' };
    if (job !== this.#job || stop?.aborted) return { ended: 'stopped' };
    if (files.length === 0) return { ended: 'done' };
    let key: string | undefined;
    let isCut = false;
    const cut = (): void => {
      isCut = true;
      if (job === this.#job) void this.#channel.quiet();
    };
    const forget = this.#channel.onKey((pressed) => {
      if (key !== undefined || !stopKeys.includes(pressed)) return;
      key = pressed;
      cut();
    });
    const timer = secondsAtMost === undefined ? undefined : setTimeout(cut, secondsAtMost * 1_000);
    stop?.addEventListener('abort', cut);
    await this.#playback(files);
    forget();
    clearTimeout(timer);
    stop?.removeEventListener('abort', cut);
    if (this.gone.aborted) return { ended: 'gone' };
    if (key !== undefined) return { ended: 'key', key };
    return { ended: isCut || job !== this.#job ? 'stopped' : 'done' };
  }

  async collect(sounds: readonly Sound[], options: CollectOptions): Promise<Collected> {
    const job = await this.#begin();
    if (this.gone.aborted) return { ended: 'gone' };
    if (job !== this.#job || options.stop?.aborted) return { ended: 'stopped', digits: '' };
    const files = this.#breathing(this.#files(sounds));
    return new Promise((settle) => {
      const round = new Collecting(options, settle, {
        cut: () => void this.#channel.quiet(),
        onKey: (tell) => this.#channel.onKey(tell),
        gone: this.gone,
      });
      if (files.length === 0) round.said();
      else void this.#playback(files).then(() => (job === this.#job ? round.said() : round.stopped()));
    });
  }

  loop(what: 'ring-back' | 'music' | 'silence'): void {
    const { music } = this.#channel;
    const sounds = {
      'ring-back': toneStream(this.#channel.tones, 'ring-back'),
      music: `local_stream://${streamWord(music)}`,
      silence: `silence_stream://${endless}`,
    };
    void this.#begin().then(async (job) => {
      const isWanted = (): boolean => job === this.#job && !this.gone.aborted;
      if (!isWanted()) return;
      const wasFound = await this.#playback([sounds[what]]);
      if (!wasFound && isWanted()) void this.#playback([softMusic]);
    });
  }

  async record(options: RecordOptions): Promise<Recorded> {
    const job = await this.#begin();
    if (this.gone.aborted) return { ended: 'gone', seconds: 0 };
    if (job !== this.#job) return { ended: 'failed', seconds: 0 };
    return recordOnto(this.#channel, options, this.gone);
  }

  async meet(name: string): Promise<'stopped' | 'ended' | 'gone'> {
    const job = await this.#begin();
    const conference = this.#word(() => `${meetingWord(name)}@default+flags{nomoh}`);
    if (conference !== undefined && job === this.#job && !this.gone.aborted) {
      await this.#channel.run('conference', conference);
    }
    if (this.gone.aborted) return 'gone';
    return job === this.#job ? 'ended' : 'stopped';
  }

  tellMeeting(name: string, sound: Sound): void {
    const [file] = this.#files([sound]);
    const conference = this.#word(() => meetingWord(name));
    if (file !== undefined && conference !== undefined) {
      void this.#channel.command('conference', conference, 'play', file);
    }
  }

  tell(sound: Sound): void {
    const [file] = this.#files([sound]);
    if (file !== undefined && !this.gone.aborted) void this.#channel.api('uuid_displace', 'start', file);
  }

  recordTalk(file: string, cut: () => void): Promise<boolean> {
    return recordTalk(this.#channel, file, cut);
  }

  stopRecordingTalk(file: string): Promise<void> {
    return stopRecordingTalk(this.#channel, file);
  }

  pressed(tell: (key: string) => void): () => void {
    return this.#channel.onKey(tell);
  }

  hangUp(): void {
    this.#party.hangUp();
  }

  /** Stops what plays. Gives the number of what may begin now. */
  async #begin(): Promise<number> {
    this.#job += 1;
    const job = this.#job;
    if (this.#channel.busy) await this.#channel.quiet();
    return job;
  }

  /** Was there anything to play? */
  async #playback(files: readonly string[]): Promise<boolean> {
    const event = await this.#channel.run('playback', files.join(delimiter));
    if (event?.getHeader('Application-Response') !== 'FILE NOT FOUND') return true;
    // Not in their order: a number that was to be read out could be read there.
    const sounds = [...new Set(files)].sort().join(' ');
    this.#channel.warn('the media server cannot open a sound', { sounds });
    return false;
  }

  /**
   * A phone opens its ear a moment after it was answered, and closes it with the last packet: a pause before the first word, and
   * one after the last, keep both from being swallowed.
   */
  #breathing(files: readonly string[]): readonly string[] {
    if (files.length === 0) return files;
    const lead = this.#hasSpoken ? [] : [leadIn];
    this.#hasSpoken = true;
    return [...lead, ...files, leadOut];
  }

  /** As the server is told. What cannot stand in a command is left out. */
  #files(sounds: readonly Sound[]): readonly string[] {
    return sounds.slice(0, soundsAtMost).flatMap((sound) => {
      const word = this.#word(() => {
        if ('file' in sound) return fileWord(sound.file);
        if ('tone' in sound) return toneStream(this.#channel.tones, sound.tone, sound.seconds);
        return `silence_stream://${numberWord(sound.silenceMs, 20, 600_000)}`;
      });
      return word === undefined ? [] : [word];
    });
  }

  #word(make: () => string): string | undefined {
    try {
      return make();
    } catch (error) {
      this.#channel.warn('something was left out', { why: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  #leave(why: GoneReason | 'media lost'): void {
    if (!this.gone.aborted) this.#gone.abort(why);
  }
}

interface CollectingWays {
  readonly cut: () => void;
  readonly onKey: (tell: (key: string) => void) => () => void;
  readonly gone: Gone;
}

/** One collection of digits, from the first sound to the last key. A pause after digits ends them; a pause before any is silence. */
class Collecting {
  readonly #options: CollectOptions;
  readonly #settle: (collected: Collected) => void;
  readonly #ways: CollectingWays;
  readonly #forget: () => void;
  readonly #stop = (): void => this.stopped();
  readonly #left = (): void => this.#finish({ ended: 'gone' });
  #digits = '';
  #isSaid = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CollectOptions, settle: (collected: Collected) => void, ways: CollectingWays) {
    this.#options = options;
    this.#settle = settle;
    this.#ways = ways;
    this.#forget = ways.onKey((key) => this.#pressed(key));
    ways.gone.addEventListener('abort', this.#left);
    options.stop?.addEventListener('abort', this.#stop);
  }

  /** Everything was said, or cut. */
  said(): void {
    this.#isSaid = true;
    if (this.#digits === '') this.#wait(this.#options.firstSeconds);
  }

  stopped(): void {
    this.#finish({ ended: 'stopped', digits: this.#digits });
  }

  #pressed(key: string): void {
    const { endKey, digitsAtMost, betweenSeconds } = this.#options;
    if (key !== endKey) this.#digits += key;
    if (key === endKey || this.#digits.length >= digitsAtMost) {
      this.#finish({ ended: 'digits', digits: this.#digits });
      return;
    }
    if (!this.#isSaid) this.#ways.cut();
    this.#wait(betweenSeconds);
  }

  #wait(seconds: number): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    this.#timer = setTimeout(
      () => this.#finish({ ended: this.#digits === '' ? 'silence' : 'digits', digits: this.#digits }),
      seconds * 1_000,
    );
  }

  #finish(collected: Collected): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#forget();
    this.#ways.gone.removeEventListener('abort', this.#left);
    this.#options.stop?.removeEventListener('abort', this.#stop);
    if (!this.#isSaid) this.#ways.cut();
    this.#settle(collected);
  }
}
