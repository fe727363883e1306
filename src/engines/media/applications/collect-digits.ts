import { type DigitsArgument, readDigitsArgument } from '../../../protocol/esl/arguments.ts';
import { FRAME_MS } from '../codec-kit.ts';
import { type Application, NO_RESPONSE, type Start } from '../leg.ts';
import { FilePlayer } from './file-player.ts';

/** `play_and_get_digits`: a prompt, digits, and again while they do not fit. */
export function collectDigits(start: Start): Application {
  const wanted = readDigitsArgument(start.argument);
  const pattern = wanted && compiled(wanted.pattern);
  if (wanted === undefined || pattern === undefined) {
    queueMicrotask(() => start.done(NO_RESPONSE));
    return { speak: () => false, stop: () => start.done(NO_RESPONSE) };
  }
  return new Collecting(start, wanted, pattern);
}

type Phase = 'prompt' | 'digits' | 'invalid prompt';

class Collecting implements Application {
  readonly #start: Start;
  readonly #wanted: DigitsArgument;
  readonly #pattern: RegExp;
  #phase: Phase = 'prompt';
  #player: FilePlayer | undefined;
  #digits = '';
  #try = 1;
  #waitFrames = 0;
  #isDone = false;

  constructor(start: Start, wanted: DigitsArgument, pattern: RegExp) {
    this.#start = start;
    this.#wanted = wanted;
    this.#pattern = pattern;
    const { leg } = start;
    for (const name of [wanted.variable, `${wanted.variable}_invalid`, 'read_result']) leg.set(name, '');
    leg.set('digits_variable', wanted.variable);
    this.#begin();
  }

  speak(frame: Int16Array): boolean {
    frame.fill(0);
    if (this.#player !== undefined) this.#player.speak(frame);
    else if (this.#phase === 'digits') this.#wait();
    return !this.#isDone;
  }

  key(key: string): void {
    if (this.#phase === 'invalid prompt') return;
    this.#listen();
    const { leg } = this.#start;
    const { terminators, max, digitTimeoutMs } = this.#wanted;
    if (terminators.includes(key)) {
      leg.set('read_terminator_used', key);
      this.#judge();
      return;
    }
    this.#digits += key;
    this.#waitFrames = digitTimeoutMs / FRAME_MS;
    if (this.#digits.length >= max) this.#judge();
  }

  stop(): void {
    this.#finish('failure');
  }

  #begin(): void {
    this.#digits = '';
    this.#phase = 'prompt';
    const { prompt } = this.#wanted;
    if (prompt === '' || prompt === 'silence') this.#listen();
    else this.#play(prompt, () => this.#listen());
  }

  /** A prompt that cannot be played ends it all, and no result is set. */
  #play(file: string, then: () => void): void {
    this.#player = new FilePlayer(this.#start.leg, file, (end) => {
      this.#player = undefined;
      if (this.#isDone) return;
      if (end === 'not found' && this.#phase === 'prompt') this.#finish(undefined);
      else if (end !== 'break') then();
    });
  }

  #listen(): void {
    if (this.#phase === 'digits') return;
    this.#phase = 'digits';
    this.#waitFrames = this.#wanted.timeoutMs / FRAME_MS;
    this.#player?.end('break');
  }

  #wait(): void {
    this.#waitFrames -= 1;
    if (this.#waitFrames <= 0) this.#judge();
  }

  #judge(): void {
    const { leg } = this.#start;
    const { min, variable } = this.#wanted;
    const fits = this.#pattern.test(this.#digits);
    const isNone = this.#digits === '' && min === 0 && leg.variables.has('read_terminator_used');
    if (this.#digits.length >= min && (fits || isNone)) {
      leg.set(variable, this.#digits);
      this.#finish('success');
      return;
    }
    if (this.#digits.length < min) leg.set(variable, this.#digits);
    else if (this.#digits !== '') leg.set(`${variable}_invalid`, this.#digits);
    this.#again();
  }

  #again(): void {
    this.#phase = 'invalid prompt';
    const then = () => {
      if (this.#try >= this.#wanted.tries) {
        this.#finish('failure');
        return;
      }
      this.#try += 1;
      this.#begin();
    };
    const { invalidPrompt } = this.#wanted;
    if (invalidPrompt === '' || invalidPrompt === 'silence') then();
    else this.#play(invalidPrompt, then);
  }

  #finish(result: 'success' | 'failure' | undefined): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (result !== undefined) this.#start.leg.set('read_result', result);
    this.#player?.end('break');
    this.#start.done(NO_RESPONSE);
  }
}

const MAX_PATTERN = 128;

/**
 * FreeSWITCH searches the digits for the expression. Only what can be matched in linear time is taken: no groups, no
 * alternatives beside others, so that no expression of an application can hold the engine up.
 */
function compiled(pattern: string): RegExp | undefined {
  if (pattern === '') return /(?:)/;
  if (pattern.length > MAX_PATTERN || /[(){}]\s*[+*{]|\([^)]*[+*][^)]*\)|\\[1-9]/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}
