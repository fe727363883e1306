import { resolve } from 'node:path';
import { hasProblems, loadConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { problemsJson, problemsText } from '../config/problem-text.ts';
import { townText } from './banner.ts';
import { type Command, configOption, type Given, jsonOption, UsageError } from './command.ts';
import { jsonText, printable } from './paint.ts';
import { configFolder } from './place.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'every mistake of a configuration at once, with its place and the nearest guess',
  words: ['[DIR]'],
  about:
    'Reads the files and nothing else: nothing has to run, and nothing is changed. Exit code 1 when there is a mistake.',
  options: { config: configOption, json: jsonOption },
  examples: [
    ['beffroi check', 'config/'],
    ['beffroi check /etc/beffroi && beffroi reload', 'look first, then swap'],
  ],
  run: (given) => {
    const { terminal, paint, switches } = given;
    const folder = folderOf(given);
    const loaded = loadConfig(folder);
    if (hasProblems(loaded)) {
      if (switches.has('json')) terminal.out(problemsJson(loaded.problems));
      else terminal.err(problemsSaid(loaded.problems, given));
      return 'no';
    }
    const { config, files } = loaded;
    const { version } = config;
    if (switches.has('json')) {
      const counts = {
        sites: config.sites.size,
        lines: config.lines.size,
        services: config.services.size,
        trunks: config.trunks.size,
      };
      terminal.out(jsonText({ problems: [], digest: version.digest, files: files.length, ...counts }));
    } else {
      const read = `${files.length} files of ${folder} (${version.digest})`;
      terminal.out(`${paint.good('Good')}: ${printable(config.exchange.name)}, ${townText(config)}, from ${read}\n`);
    }
    return 'ok';
  },
};

function folderOf(given: Given): string {
  const [folder] = given.words;
  if (folder === undefined) return configFolder(given);
  if (given.values.has('config')) throw new UsageError('name the folder once: as DIR or with --config');
  return resolve(folder);
}

/** Every mistake, for people. */
export function problemsSaid(problems: readonly Problem[], { terminal }: Pick<Given, 'terminal'>): string {
  return problemsText(problems, { colour: terminal.inColour });
}
