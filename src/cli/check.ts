import { resolve } from 'node:path';
import { missingSecrets } from '../config/every-secret.ts';
import { hasProblems, type LoadedTown, loadConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { problemsJson, problemsText } from '../config/problem-text.ts';
import { peekAtSecrets } from '../config/secrets.ts';
import { townText } from './banner.ts';
import { type Command, configOption, dataOption, type Given, jsonOption, UsageError } from './command.ts';
import type { Exit } from './exit.ts';
import { type Finding, findingsOf, findingsText } from './findings.ts';
import { jsonText, printable } from './paint.ts';
import { configFolder, dataFolder } from './place.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'every mistake of a configuration at once, with its place and the nearest guess',
  words: ['[DIR]'],
  about:
    'Reads the files and nothing else: nothing has to run, and nothing is changed. Exit code 1 when there is a mistake.\n' +
    'Then it asks the functions that route calls what would go wrong: rules never reached, numbers out of reach, loops.\n' +
    'With --secrets it looks for the secrets that the configuration names as well, where "start" and "reload" will: in the\n' +
    'environment and the data folder. None is made, and none is told.',
  options: {
    config: configOption,
    data: dataOption,
    secrets: { about: 'a secret that is not there is a mistake too' },
    json: jsonOption,
  },
  examples: [
    ['beffroi check', 'config/'],
    ['beffroi check --secrets --data /var/lib/beffroi', 'on the machine that is to run it'],
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
function judge(town: LoadedTown, folder: string, given: Given): Exit {
  const { config, files } = town;
  const { terminal, paint, paintErr, switches } = given;
  const found = findingsOf(config);
  const errors = [...found.errors, ...secretsNotThere(town, given)];
  const { warnings } = found;
  const { digest } = config.version;
  if (switches.has('json')) {
    const { sites, lines, services, trunks } = config;
    const counts = { sites: sites.size, lines: lines.size, services: services.size, trunks: trunks.size };
    const findings = [...errors, ...warnings];
    terminal.out(jsonText({ problems: [], findings, digest, files: files.length, ...counts }));
  } else {
    terminal.err(findingsText([...errors, ...warnings], paintErr));
    const says = errors.length > 0 ? paint.bad('Not good') : paint.good('Good');
    const read = `${files.length} files of ${folder} (${digest})`;
    terminal.out(`${says}: ${printable(config.exchange.name)}, ${townText(config)}, from ${read}\n`);
  }
  return errors.length > 0 ? 'no' : 'ok';
}

function secretsNotThere(town: LoadedTown, given: Given): readonly Finding[] {
  if (!given.switches.has('secrets')) return [];
  const missing = missingSecrets(town, peekAtSecrets(dataFolder(given), given.terminal.env));
  return missing.map(({ config, says }) => ({ severity: 'error', rule: 'secret-missing', says, config }));
}

function folderOf(given: Given): string {
  const [folder] = given.words;
  if (folder === undefined) return configFolder(given);
  if (given.values.has('config')) throw new UsageError('name the folder once: as DIR or with --config');
  return resolve(folder);
}

/** Every mistake, for people. */
export function problemsSaid(problems: readonly Problem[], { terminal }: Pick<Given, 'terminal'>): string {
  return problemsText(problems, { colour: terminal.inColour.err });
}
