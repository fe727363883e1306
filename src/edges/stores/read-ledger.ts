import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerFile } from './open.ts';
import { openToRead } from './sqlite/database.ts';
import { readers } from './sqlite/rows.ts';
import type { CallQuery, CallReader } from './store.ts';

/**
 * The ledger of a data folder whose exchange does not run: read beside it, never written.
 * Undefined when there is none. Throws when the file cannot be read.
 */
export function readLedger(dataDir: string): CallReader | undefined {
  const file = join(dataDir, ledgerFile);
  if (!existsSync(file)) return undefined;
  const rows = readers(openToRead(file));
  return {
    list: async (query: CallQuery) => rows.list(query),
    find: async (id: string) => rows.find(id),
    tally: async (since, before) => rows.tally(since, before),
  };
}
