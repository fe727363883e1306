import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';
import { jsonOption } from './command.ts';
import { jsonText } from './paint.ts';

export const versionCommand: Command = {
  name: 'version',
  summary: 'which Beffroi this is',
  words: [],
  options: { json: jsonOption },
  examples: [['beffroi version', '']],
  run: ({ terminal, switches }) => {
    const version = beffroiVersion();
    terminal.out(switches.has('json') ? jsonText({ version, node: process.versions.node }) : `beffroi ${version}\n`);
    return 'ok';
  },
};

/** As package.json has it. */
export function beffroiVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(version);
}
