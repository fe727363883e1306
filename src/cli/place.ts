import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Given } from './command.ts';

/** The checkout or the installed package: where config/ and data/ are unless said otherwise. */
const home = fileURLToPath(new URL('../..', import.meta.url));

/** The folder named on the command line, or in the environment, or the one of the checkout. Absolute. */
export function configFolder({ values, terminal }: Pick<Given, 'values' | 'terminal'>): string {
  return resolve(values.get('config') ?? terminal.env['BEFFROI_CONFIG'] ?? `${home}config`);
}

export function dataFolder({ values, terminal }: Pick<Given, 'values' | 'terminal'>): string {
  return resolve(values.get('data') ?? terminal.env['BEFFROI_DATA'] ?? `${home}data`);
}
