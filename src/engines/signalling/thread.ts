/**
 * The signalling engine in a worker thread: the same engine, with an event loop of its own. This file is both sides of
 * it; it runs compiled (a worker cannot load TypeScript).
 */
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { create, type Engine } from './index.ts';
import { type Log, type LogLevel, SignallingOptions } from './options.ts';

const mark = 'beffroi signalling engine';

type ToWorker = { readonly do: 'start' | 'stop' | 'figures'; readonly ask: number };
type FromWorker =
  | { readonly ask: number; readonly answer: unknown }
  | { readonly ask: number; readonly error: string; readonly code: string | undefined }
  | { readonly log: LogLevel; readonly message: string; readonly fields?: Readonly<Record<string, string | number>> };

export interface ThreadEngine extends Omit<Engine, 'figures'> {
  /** As the engine's own, asked of the thread. */
  figures(): Promise<Readonly<Record<string, number>>>;
}

export interface ThreadOptions {
  readonly log?: Log;
  /** The thread ended without being asked to; nothing of it is left. */
  readonly onCrash?: (error: Error) => void;
}

/**
 * The engine in a thread of its own. `stop` ends the thread.
 * @throws {ZodError} when the options are not right
 */
export function createInThread(options: unknown, { log, onCrash }: ThreadOptions = {}): ThreadEngine {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { mark, options: SignallingOptions.parse(options) },
    // What a call leaves behind lives for half a minute, so each emptying of the nursery copies much of it: small ones are a millisecond each.
    // A semi-space of 1 MB: V8 counts three of them as the young generation (docs/adr/0018).
    resourceLimits: { maxYoungGenerationSizeMb: 3 },
  });
  const waiting = new Map<number, { resolve(answer: never): void; reject(error: Error): void }>();
  let asked = 0;
  let stopping = false;
  let failure: Error | undefined;
  const ask = <Answer>(what: ToWorker['do']): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      asked += 1;
      waiting.set(asked, { resolve, reject });
      worker.postMessage({ do: what, ask: asked } satisfies ToWorker);
      return undefined;
    });
  const ended = (error: Error): void => {
    if (failure !== undefined) return;
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    if (!stopping) onCrash?.(error);
  };
  worker.on('message', (message: FromWorker) => {
    if ('log' in message) log?.(message.log, message.message, message.fields);
    else settle(waiting, message);
  });
  worker.on('error', ended);
  worker.on('exit', (code) => ended(new Error(`the signalling thread ended with code ${code}`)));
  return {
    start: () => ask('start'),
    figures: () => ask('figures'),
    async stop() {
      stopping = true;
      if (failure === undefined) await ask('stop');
      await worker.terminate();
    },
  };
}

function settle(
  waiting: Map<number, { resolve(answer: never): void; reject(error: Error): void }>,
  message: Exclude<FromWorker, { log: LogLevel }>,
): void {
  const one = waiting.get(message.ask);
  waiting.delete(message.ask);
  if ('answer' in message) one?.resolve(message.answer as never);
  else one?.reject(Object.assign(new Error(message.error), { code: message.code }));
}

/** The other side. */
function serve(port: MessagePort, options: unknown): void {
  const engine = create(options, (level, message, fields) =>
    port.postMessage({ log: level, message, ...(fields && { fields }) } satisfies FromWorker),
  );
  port.on('message', ({ do: what, ask }: ToWorker) => {
    Promise.resolve(engine[what]()).then(
      (answer) => port.postMessage({ ask, answer } satisfies FromWorker),
      (error: NodeJS.ErrnoException) =>
        port.postMessage({ ask, error: error.message, code: error.code } satisfies FromWorker),
    );
  });
}

if (!isMainThread && parentPort !== null && (workerData as { mark?: string } | null)?.mark === mark)
  serve(parentPort, (workerData as { options: unknown }).options);
