/**
 * The media engine in a worker thread, so that nothing the calls do makes sound stutter. This file is both sides of it; it
 * runs compiled (a worker cannot load TypeScript).
 */
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import type { MediaFigures, Where } from './engine.ts';
import { create, type Engine } from './index.ts';
import { type Log, type LogLevel, MediaOptions } from './options.ts';

const MARK = 'beffroi media engine';
/**
 * Of what a packet leaves behind nothing lives on, so a small young generation is swept in a millisecond, where the 48 MB
 * it would grow to take tens of them: sound would come late, and the calls would seem to need that memory.
 */
const YOUNG_MEGABYTES = 12;

/**
 * The thread is looked at so often, and given up for hung when it has said nothing for so many looks on end. Looks are counted, not
 * time: a machine that was asleep, or too busy to run us, has not looked either.
 */
const LOOK_MS = 5_000;
const LOOKS = 6;
const FIGURES_MS = 2_000;

type Question = { readonly number: number; readonly what: 'start' | 'stop' | 'figures' | 'ping' };
type Message =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly failed: string; readonly code: string | undefined }
  | {
      readonly level: LogLevel;
      readonly said: string;
      readonly fields: Readonly<Record<string, string | number>> | undefined;
    };

/** The engine, asked from another thread. */
export interface ThreadEngine {
  start(): Promise<{ readonly eventSocket: Where; readonly sip: Where }>;
  /** Ends all calls and the thread. */
  stop(): Promise<void>;
  /** Rejects when they do not come soon. */
  figures(): Promise<MediaFigures>;
}

export interface ThreadOptions {
  readonly log?: Log;
  /** The thread ended without being asked to, or hung and was ended; all its calls are gone. */
  readonly onCrash?: (error: Error) => void;
  /** How often it is looked whether the thread still answers. */
  readonly lookMs?: number;
}

/** @throws {ZodError} when the options are not right */
export function createInThread(options: unknown, { log, onCrash, lookMs = LOOK_MS }: ThreadOptions = {}): ThreadEngine {
  MediaOptions.parse(options);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { mark: MARK, options },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const open = new Map<number, { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void }>();
  let last = 0;
  let isStopping = false;
  let end: Error | undefined;

  const ask = <Value>(what: Question['what']): Promise<Value> =>
    new Promise<Value>((resolve, reject) => {
      if (end !== undefined) {
        reject(end);
        return;
      }
      last += 1;
      open.set(last, { resolve, reject });
      worker.postMessage({ number: last, what } satisfies Question);
    });
  const watch = watchOver(worker, lookMs);
  const over = (error: Error): void => {
    watch.end();
    if (end !== undefined) return;
    end = error;
    for (const { reject } of open.values()) reject(error);
    open.clear();
    if (!isStopping) onCrash?.(error);
  };
  worker.on('message', (message: Message) => {
    watch.heard();
    if ('said' in message) {
      log?.(message.level, message.said, message.fields);
      return;
    }
    const waiting = open.get(message.number);
    open.delete(message.number);
    if ('failed' in message) waiting?.reject(Object.assign(new Error(message.failed), { code: message.code }));
    else waiting?.resolve(message.value as never);
  });
  worker.on('error', (error) => over(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', (code) => over(watch.hung ?? new Error(`the thread of the media engine ended with code ${code}`)));
  return {
    start: () => ask('start'),
    figures: () => soon(ask('figures'), FIGURES_MS),
    async stop() {
      isStopping = true;
      if (end === undefined) {
        await ask('stop').catch((error: unknown) => {
          // One that hangs cannot be asked, and is ended below.
          if (end === undefined) throw error;
        });
      }
      await worker.terminate();
    },
  };
}

/** Ends the thread when it hangs: nothing it does could end a loop in itself. It begins with the first word of the thread. */
function watchOver(worker: Worker, lookMs: number) {
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  const watch = {
    hung: undefined as Error | undefined,
    heard: () => {
      looks = 0;
      timer ??= setInterval(look, lookMs).unref();
    },
    end: () => clearInterval(timer),
  };
  const look = (): void => {
    if (looks < LOOKS) {
      looks += 1;
      worker.postMessage({ number: 0, what: 'ping' } satisfies Question);
      return;
    }
    watch.hung = new Error('the thread of the media engine hung and was ended');
    void worker.terminate();
  };
  return watch;
}

function soon<Value>(value: Promise<Value>, ms: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the thread of the media engine does not answer')), ms);
    value.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function serve(port: MessagePort, options: unknown): void {
  const say = (message: Message) => port.postMessage(message);
  let engine: Engine | undefined;
  const act = (what: Question['what']): unknown => {
    if (what === 'ping') return undefined;
    engine ??= create(options, (level, said, fields) => say({ level, said, fields }));
    return engine[what]();
  };
  port.on('message', ({ number, what }: Question) => {
    Promise.resolve()
      .then(() => act(what))
      .then(
        (value) => say({ number, value }),
        (error: NodeJS.ErrnoException) => say({ number, failed: error.message, code: error.code }),
      );
  });
}

const given: unknown = workerData;
const isOurs = typeof given === 'object' && given !== null && 'mark' in given && given.mark === MARK;
if (!isMainThread && parentPort !== null && isOurs && 'options' in given) serve(parentPort, given.options);
