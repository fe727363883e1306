import { type ExchangeClient, exchangeClient, Unreachable } from '../edges/http/client.ts';
import { readRuntime } from '../edges/http/runtime.ts';
import type { Given } from './command.ts';
import { dataFolder } from './place.ts';
import { apiToken } from './token.ts';

/** The running exchange, found through its data folder. Throws `Unreachable` when there is none. */
export function connect(given: Given): ExchangeClient {
  const client = connectIfRunning(given);
  if (client === undefined) throw new Unreachable(`no exchange runs with the data folder ${dataFolder(given)}`);
  return client;
}

/** Undefined when no exchange runs with the data folder. */
export function connectIfRunning(given: Given): ExchangeClient | undefined {
  const folder = dataFolder(given);
  const runtime = readRuntime(folder);
  if (runtime === undefined || !isAlive(runtime.pid)) return undefined;
  return exchangeClient(runtime.url, apiToken(runtime, folder, given.terminal.env));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
