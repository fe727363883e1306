import { type DestinationStream, destination, levels, pino, stdSerializers } from 'pino';
import { holdLines } from './held-lines.ts';
import type { TelemetryOptions } from './options.ts';
import { maskedInText, Pii } from './pii.ts';
import { prettyLine } from './pretty.ts';

/**
 * Where every room says what happens. Facts first, then a sentence: `log.info({ call: id }, 'answered')`.
 * A number goes through `pii()`; what is called `password`, `token` and the like is never written.
 */
export interface Log {
  trace(facts: object, says: string): void;
  debug(facts: object, says: string): void;
  info(facts: object, says: string): void;
  warn(facts: object, says: string): void;
  error(facts: object, says: string): void;
  fatal(facts: object, says: string): void;
  /** A log that puts these facts on each of its lines: the call's id, above all. */
  child(facts: Readonly<Record<string, string | number>>): Log;
}

export interface LogOutput {
  readonly log: Log;
  /** Writes what is still held back. Before the process ends. */
  flush(): void;
}

/** Bytes of lines that wait while whoever reads the log is slow; beyond that they are dropped rather than a call held up. */
const writtenBytesAtMost = 8 * 1024 * 1024;

/** A log to standard output, or to the stream given (tests). */
export function createLog(options: TelemetryOptions['log'], stream?: DestinationStream): LogOutput {
  const isTerminal = process.stdout.isTTY === true;
  const isPretty = options.pretty === 'always' || (options.pretty === 'auto' && isTerminal);
  const output = stream === undefined ? standardOutput(isTerminal) : plainOutput(stream);
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: errorFacts },
      hooks: {
        logMethod(args, method, level) {
          method.apply(this, tidyArguments(args, level));
          if (level >= urgentLevel) output.urge();
        },
      },
    },
    { write: (line) => output.write(isPretty ? prettyLine(line, !process.env['NO_COLOR']) : safe(line)) },
  );
  return { log, flush: output.flush };
}

/** A line that tells of a fault is not held back: what comes next may be the end. */
const urgentLevel = levels.values['error'] ?? 50;

interface Output {
  write(line: string): unknown;
  /** What is held back goes out now, without waiting for it. */
  urge(): void;
  flush(): void;
}

function plainOutput(stream: DestinationStream): Output {
  return { write: (line) => stream.write(line), urge() {}, flush() {} };
}

/** A terminal sees each line at once. */
function standardOutput(isTerminal: boolean): Output {
  const boom = destination({ dest: 1, sync: false, maxLength: writtenBytesAtMost });
  // Whoever read the log is gone (EPIPE): the exchange goes on.
  boom.on('error', () => {});
  const lines = holdLines((text) => boom.write(text));
  const flush = (): void => {
    lines.release();
    try {
      boom.flushSync();
    } catch {
      // Not open yet, or its reader is gone.
    }
  };
  process.once('exit', flush);
  return { write: isTerminal ? (line) => boom.write(line) : lines.write, urge: lines.release, flush };
}

/** JSON leaves DEL, the C1 controls (some terminals obey them) and the Unicode line ends as they are. */
function safe(line: string): string {
  if (!unsafe.test(line)) return line;
  return line.replace(allUnsafe, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const unsafe = /[\u007f-\u009f\u2028\u2029]/;
const allUnsafe = new RegExp(unsafe, 'g');

type LogArguments = [facts: unknown, says?: string | undefined, ...rest: unknown[]];

function tidyArguments(args: LogArguments, level: number): LogArguments {
  const isOpen = level <= (levels.values['debug'] ?? 20);
  const says = (text: unknown) => (isOpen || typeof text !== 'string' ? text : maskedInText(text));
  const [facts, ...rest] = args;
  const tidied = typeof facts === 'string' ? says(facts) : tidy(facts, isOpen, 0);
  return [tidied, ...rest.map(says)] as LogArguments;
}

const textAtMost = 2_000;
const entriesAtMost = 50;
const depthAtMost = 4;
const secretNames =
  /^(password|passphrase|secret|token|authorization|proxyauthorization|ha1|credentials|cookie|apikey)$/i;

/** Masks numbers, leaves out secrets, and cuts what is too long, too wide or too deep. */
function tidy(value: unknown, isOpen: boolean, depth: number): unknown {
  if (typeof value === 'string') return value.length > textAtMost ? `${value.slice(0, textAtMost)}…` : value;
  if (value instanceof Pii) return isOpen ? value.clear : value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= depthAtMost) return '…';
  if (Array.isArray(value)) return value.slice(0, entriesAtMost).map((each) => tidy(each, isOpen, depth + 1));
  const entries = Object.entries(value).slice(0, entriesAtMost);
  return Object.fromEntries(
    entries.map(([name, each]) => [name, isSecret(name) ? '[secret]' : tidy(each, isOpen, depth + 1)]),
  );
}

function isSecret(name: string): boolean {
  return secretNames.test(name.replaceAll(/[-_]/g, ''));
}

function errorFacts(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message: maskedInText(message), stack: maskedInText(stack ?? '') };
}
