import { setFlagsFromString } from 'node:v8';
import { run } from './cli/run.ts';
import { start } from './compose.ts';
import { wantsColour } from './config/problem-text.ts';

// Short pauses rather than little memory (docs/adr/0018): young objects are collected by the thread they belong to, old ones when there are four times as many.
setFlagsFromString('--no-parallel-scavenge');
setFlagsFromString('--heap-growing-percent=300');

/** Start here. A command line in, an exit code out; `start` is handed to the command of that name. */
async function main(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endWhenNobodyReads);
  const terminal = {
    out: (text: string) => void process.stdout.write(text),
    err: (text: string) => void process.stderr.write(text),
    inColour: {
      out: wantsColour(process.env, process.stdout.isTTY === true),
      err: wantsColour(process.env, process.stderr.isTTY === true),
    },
    env: process.env,
    now: Date.now,
    onSignal: (name: NodeJS.Signals, handle: () => void) => {
      process.on(name, handle);
      return () => void process.off(name, handle);
    },
    onFault: (handle: (error: unknown) => void) => {
      for (const name of faults) process.on(name, handle);
      return () => {
        for (const name of faults) process.off(name, handle);
      };
    },
  };
  process.exitCode = await run(process.argv.slice(2), terminal, start);
  // Whatever a library has left open must not keep a stopped exchange alive.
  setTimeout(() => process.exit(), 1_000).unref();
}

const faults = ['uncaughtException', 'unhandledRejection'] as const;

/** `beffroi calls | head`: the reader has gone, and has what it wanted. An exchange goes on without its readers. */
function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (process.argv[2] === 'start') return;
  if (error.code === 'EPIPE') process.exit();
  throw error;
}

await main();
