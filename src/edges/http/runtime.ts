import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SecretRef } from '../../domain/secret.ts';

/** Where the running exchange is, for the commands that talk to it: a file of its data folder. */
export const Runtime = z.object({
  pid: z.number(),
  url: z.string(),
  startedAt: z.number(),
  version: z.string(),
  /** Where the API's token is, never the token itself. */
  token: SecretRef,
});
export type Runtime = z.infer<typeof Runtime>;

const fileName = 'runtime.json';

/** Whole at once, so that nobody reads half of it. */
export function writeRuntime(dataDir: string, runtime: Runtime): void {
  const file = join(dataDir, fileName);
  writeFileSync(`${file}.new`, JSON.stringify(runtime), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Undefined when no exchange runs with this data folder, as far as its files tell. */
export function readRuntime(dataDir: string): Runtime | undefined {
  try {
    return Runtime.parse(JSON.parse(readFileSync(join(dataDir, fileName), 'utf8')));
  } catch {
    return undefined;
  }
}

export function removeRuntime(dataDir: string): void {
  rmSync(join(dataDir, fileName), { force: true });
}
