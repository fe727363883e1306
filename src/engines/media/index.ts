/** The media engine: a FreeSWITCH of our own, met over SIP and the event socket. `create(options)` runs it in this thread. */
import { MediaEngine, type MediaFigures, type Where } from './engine.ts';
import { type Log, MediaOptions } from './options.ts';

export interface Engine {
  /** Binds everything; rejects with the socket's error (EADDRINUSE …) and leaves nothing bound. */
  start(): Promise<{ readonly eventSocket: Where; readonly sip: Where }>;
  /** Ends all calls and closes all sockets. */
  stop(): Promise<void>;
  figures(): MediaFigures;
}

/** @throws {ZodError} when the options are not right */
export function create(options: unknown, log: Log = () => undefined): Engine {
  const engine = new MediaEngine(MediaOptions.parse(options), log);
  return {
    start: () => engine.start(),
    stop: () => engine.stop(),
    figures: () => engine.figures(),
  };
}
