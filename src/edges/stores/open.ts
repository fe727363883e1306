import { join } from 'node:path';
import { openMemoryStore } from './memory/open.ts';
import type { StoreOptions } from './options.ts';
import { openSqliteStore } from './sqlite/open.ts';
import type { Store, StoreAlarm } from './store.ts';

/**
 * Opens the store that the configuration names, in the data folder.
 * Rejects with a sentence for the operator when it cannot be opened or was written by a newer Beffroi.
 */
export async function openStore(options: StoreOptions, dataDir: string, alarm: StoreAlarm): Promise<Store> {
  if (options.kind === 'memory') return openMemoryStore(options, Date.now);
  return openSqliteStore(join(dataDir, ledgerFile), options, alarm);
}

/** The file of the data folder that the sqlite store lives in. */
export const ledgerFile = 'beffroi.sqlite';
