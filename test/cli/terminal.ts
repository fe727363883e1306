import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartExchange, Terminal } from '../../src/cli/ports.ts';
import { run } from '../../src/cli/run.ts';

/** A place for a command to run in: a copy of a small town, a data folder, and a screen that is read afterwards. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  const config = join(folder, 'config');
  const data = join(folder, 'data');
  cpSync('test/golden/base-town', config, { recursive: true });
  const edit = (name: string, change: (text: string) => string) => {
    const file = join(config, name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };
  return { folder, config, data, edit, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A dial plan with a rule to extensions that nobody has: well written, and hardly meant. */
export function withIdleRule(exchange: string): string {
  return exchange.replace('  ville:\n', '  ville:\n    - { match: 6xxx, to: extension }\n');
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const noon = new Date('2026-11-24T12:00:00+01:00').getTime();

/** Runs a command line as a shell would. */
export async function beffroi(
  words: readonly string[],
  env: Terminal['env'] = {},
  start: StartExchange = nothingStarts,
): Promise<Ran> {
  const { terminal, said } = screen(env);
  const code = await run(words, terminal, start);
  return { code, ...said() };
}

export function screen(env: Terminal['env'] = {}, inColour: Partial<Terminal['inColour']> = {}) {
  let [out, err] = ['', ''];
  let passedMs = 0;
  const handlers = new Map<string, Set<() => void>>();
  const faultHandlers = new Set<(error: unknown) => void>();
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    inColour: { out: false, err: false, ...inColour },
    env,
    now: () => noon + passedMs,
    onSignal: (name, handle) => {
      const known = handlers.get(name) ?? new Set();
      handlers.set(name, known.add(handle));
      return () => void known.delete(handle);
    },
    onFault: (handle) => {
      faultHandlers.add(handle);
      return () => void faultHandlers.delete(handle);
    },
  };
  const fault = (error: unknown) => {
    for (const handle of faultHandlers) handle(error);
  };
  const signal = (name: NodeJS.Signals) => {
    for (const handle of handlers.get(name) ?? []) handle();
  };
  const later = (ms: number) => {
    passedMs += ms;
  };
  return { terminal, said: () => ({ out, err }), signal, fault, later };
}

function nothingStarts(): Promise<never> {
  throw new Error('this command starts no exchange');
}
