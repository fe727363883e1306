import type { Law } from '../../../protocol/audio/g711.ts';
import { type Application, type Leg, NO_RESPONSE, type Start, type StopReason } from '../leg.ts';
import { FilePlayer, type PlayEnd } from './file-player.ts';
import { isTerminator } from './terminator.ts';

/** `playback <file>[!<file>…]`, several joined by the character in `playback_delimiter`. */
export function playback(start: Start): Application {
  return new Playback(start, { files: filesOf(start.leg, start.argument), rounds: 1, isEndless: false });
}

/** Repeats until a bridge, a transfer or the end; `uuid_break` only ends the round. */
export function endlessPlayback(start: Start): Application {
  return new Playback(start, { files: [start.argument], rounds: Number.POSITIVE_INFINITY, isEndless: true });
}

/** `loop_playback [+<rounds>] <file>`. */
export function loopPlayback(start: Start): Application {
  const [, rounds = '', file = ''] = /^(?:\+(\d{1,6}|inf) +)?(.*)$/s.exec(start.argument.trim()) ?? [];
  const count = rounds === '' || rounds === 'inf' ? Number.POSITIVE_INFINITY : Number(rounds);
  return new Playback(start, { files: [file], rounds: count, isEndless: false });
}

/** `gentones <script>[|<loops>]`. */
export function gentones(start: Start): Application {
  const [script = '', loops] = start.argument.split('|');
  const whole = loops === undefined ? script : `${script};loops=${loops}`;
  const plan = { files: [`tone_stream://${whole}`], rounds: 1, isEndless: false };
  return new Playback({ ...start, done: () => start.done(NO_RESPONSE) }, plan);
}

interface Plan {
  readonly files: readonly string[];
  readonly rounds: number;
  readonly isEndless: boolean;
}

const MAX_FILES = 128;
const PAUSE_MS = 250;

class Playback implements Application {
  readonly #start: Start;
  readonly #plan: Plan;
  readonly #timeoutFrames: number;
  #player: FilePlayer | undefined;
  #next = 0;
  #round = 1;
  #framesLeftOfPause = 0;
  #frames = 0;
  #offset = 0;
  #hasPlayed = false;
  #isDone = false;

  constructor(start: Start, plan: Plan) {
    this.#start = start;
    this.#plan = plan;
    const seconds = Number(start.leg.variables.get('playback_timeout_sec'));
    this.#timeoutFrames = seconds > 1 ? seconds * 50 : Number.POSITIVE_INFINITY;
    start.leg.set('playback_terminator_used', '');
    queueMicrotask(() => this.#playNext());
  }

  speak(frame: Int16Array): boolean {
    this.#frames += 1;
    if (this.#frames > this.#timeoutFrames) {
      this.#timeOut();
      return false;
    }
    if (this.#framesLeftOfPause > 0) {
      frame.fill(0);
      this.#framesLeftOfPause -= 1;
      if (this.#framesLeftOfPause === 0) this.#playNext();
      return true;
    }
    return this.#player?.speak(frame) ?? false;
  }

  speakEncoded(law: Law, packet: Uint8Array, at: number, count: number): boolean {
    if (this.#framesLeftOfPause > 0 || this.#frames >= this.#timeoutFrames) return false;
    if (this.#player?.speakEncoded(law, packet, at, count) !== true) return false;
    this.#frames += 1;
    return true;
  }

  key(key: string): void {
    if (!isTerminator(this.#start.leg, key)) return;
    this.#start.leg.set('playback_terminator_used', key);
    this.#finish('FILE PLAYED', 'break');
  }

  stop(why: StopReason): void {
    if (why === 'break' && this.#plan.isEndless) {
      this.#player?.end('break');
      return;
    }
    const isError = why === 'bridge' || why === 'transfer' || why === 'peer gone';
    this.#finish(isError ? 'PLAYBACK ERROR' : 'FILE PLAYED', why === 'break' ? 'break' : 'done');
  }

  #playNext(): void {
    if (this.#isDone) return;
    const file = this.#plan.files[this.#next];
    if (file === undefined) {
      this.#playAgain();
      return;
    }
    this.#next += 1;
    this.#player = new FilePlayer(this.#start.leg, file, (end) => this.#fileOver(end));
  }

  #playAgain(): void {
    if (this.#round >= this.#plan.rounds || !this.#hasPlayed) {
      this.#finish(this.#hasPlayed ? 'FILE PLAYED' : 'FILE NOT FOUND', 'done');
      return;
    }
    this.#round += 1;
    this.#next = 0;
    this.#playNext();
  }

  #fileOver(end: PlayEnd): void {
    const player = this.#player;
    this.#player = undefined;
    if (this.#isDone) return;
    if (end !== 'not found' && player !== undefined) this.#count(player);
    if (this.#next < this.#plan.files.length && end !== 'not found') this.#framesLeftOfPause = this.#pauseFrames();
    else this.#playNext();
  }

  #count(player: FilePlayer): void {
    this.#hasPlayed = true;
    this.#offset += player.position;
    player.setVariables(this.#offset);
  }

  #pauseFrames(): number {
    const asked = this.#start.leg.variables.get('playback_sleep_val');
    return Math.max(1, Math.round((asked === undefined ? PAUSE_MS : Number(asked) || 0) / 20));
  }

  #timeOut(): void {
    const isFine = this.#start.leg.variables.get('playback_timeout_as_success') === 'true';
    this.#finish(isFine ? 'FILE PLAYED' : 'PLAYBACK ERROR', 'done');
  }

  #finish(response: string, status: 'break' | 'done'): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const player = this.#player;
    player?.end(status);
    if (player !== undefined) player.setVariables(this.#offset + player.position);
    this.#start.done(response);
  }
}

function filesOf(leg: Leg, argument: string): readonly string[] {
  const delimiter = leg.variables.get('playback_delimiter');
  const files = delimiter === undefined || delimiter === '' ? [argument] : argument.split(delimiter);
  return files.slice(0, MAX_FILES);
}
