import { openSecrets } from '../config/secrets.ts';
import type { Runtime } from '../edges/http/runtime.ts';
import { Trouble } from './command.ts';
import type { Terminal } from './ports.ts';

/** What a command proves itself with: from where the running exchange has it. Whoever may not read it is told so. */
export function apiToken({ token }: Runtime, dataDir: string, env: Terminal['env']): string {
  const found = openSecrets(dataDir, env).resolve(token);
  if ('missing' in found) throw new Trouble(`the token of the API cannot be had: ${found.missing}`);
  return found.secret;
}
