import { resolve } from 'node:path';
import { hasProblems, type LoadedTown, loadConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { problemsJson, problemsText } from '../config/problem-text.ts';
import { townText } from './banner.ts';
import { type Command, configOption, type Given, jsonOption, UsageError } from './command.ts';
import type { Exit } from './exit.ts';
import { findingsOf, findingsText } from './findings.ts';
import { jsonText, printable } from './paint.ts';
import { configFolder } from './place.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'every mistake of a configuration at once, with its place and the nearest guess',
  words: ['[DIR]'],
  about:
    'Reads the files and nothing else: nothing has to run, and nothing is changed. Exit code 1 when there is a mistake.\n' +
    'Then it asks the functions that route calls what would go wrong: rules never reached, numbers out of reach, loops.',
  options: { config: configOption, json: jsonOption },
  examples: [
    ['beffroi check', 'config/'],
    ['beffroi check /etc/beffroi && beffroi reload', 'look first, then swap'],
  ],
  run: (given) => {
    const { terminal, switches } = given;
    const folder = folderOf(given);
    const loaded = loadConfig(folder);
    if (hasProblems(loaded)) {
      if (switches.has('json')) terminal.out(problemsJson(loaded.problems));
      else terminal.err(problemsSaid(loaded.problems, given));
      return 'no';
    }
    return judge(loaded, folder, given);
  },
};

/** The files are in order; is what they say? */
function judge({ config, files }: LoadedTown, folder: string, { terminal, paint, switches }: Given): Exit {
  const { errors, warnings } = findingsOf(config);
  const { digest } = config.version;
  if (switches.has('json')) {
    const { sites, lines, services, trunks } = config;
    const counts = { sites: sites.size, lines: lines.size, services: services.size, trunks: trunks.size };
    const findings = [...errors, ...warnings];
    terminal.out(jsonText({ problems: [], findings, digest, files: files.length, ...counts }));
  } else {
    terminal.err(findingsText([...errors, ...warnings], paint));
    const says = errors.length > 0 ? paint.bad('Not good') : paint.good('Good');
    const read = `${files.length} files of ${folder} (${digest})`;
    terminal.out(`${says}: ${printable(config.exchange.name)}, ${townText(config)}, from ${read}\n`);
  }
  return errors.length > 0 ? 'no' : 'ok';
}

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
