import { loadConfig } from '../config/load.ts';
import type { Given } from './command.ts';
import { connectIfRunning } from './connect.ts';
import { configFolder } from './place.ts';

/**
 * The time zone in which times are read and told: that of the running exchange, else of the configuration; this machine's when there
 * is neither, since the ledger can be read anywhere.
 */
export async function townZone(given: Given): Promise<string> {
  const running = await connectIfRunning(given)?.status();
  if (running !== undefined) return running.timeZone;
  const loaded = loadConfig(configFolder(given));
  return 'config' in loaded ? loaded.config.exchange.timeZone : Intl.DateTimeFormat().resolvedOptions().timeZone;
}
