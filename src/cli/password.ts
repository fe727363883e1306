import { nearest } from '../config/guess.ts';
import { hasProblems, loadConfig } from '../config/load.ts';
import { openSecrets } from '../config/secrets.ts';
import type { Config } from '../domain/config.ts';
import type { Line } from '../domain/line.ts';
import { problemsSaid } from './check.ts';
import { type Command, configOption, dataOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { jsonText } from './paint.ts';
import { configFolder, dataFolder } from './place.ts';

export const passwordCommand: Command = {
  name: 'password',
  summary: 'the password of a line’s SIP account',
  words: ['LINE'],
  about:
    'LINE is the line’s account or its extension. Unless the configuration names another source, the password is derived\n' +
    'from the master key of the data folder: whoever may read that key may read every password.',
  options: { config: configOption, data: dataOption, json: jsonOption },
  examples: [
    ['beffroi password 4101', 'prints it, and nothing else'],
    ['beffroi password 4101 --json', 'with the user name and the domain'],
  ],
  run: (given) => {
    const { terminal, switches } = given;
    const loaded = loadConfig(configFolder(given));
    if (hasProblems(loaded)) throw new Trouble(problemsSaid(loaded.problems, given));
    const line = lineNamed(given.words[0], loaded.config);
    const found = secretsOf(given).ofLine(line);
    if ('missing' in found) throw new Trouble(found.missing);
    const { secret: password } = found;
    const { realm } = loaded.config.exchange;
    terminal.out(switches.has('json') ? jsonText({ user: line.id, domain: realm, password }) : `${password}\n`);
    return 'ok';
  },
};

function secretsOf(given: Given): ReturnType<typeof openSecrets> {
  try {
    return openSecrets(dataFolder(given), given.terminal.env);
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error));
  }
}

function lineNamed(name: string | undefined, config: Config): Line {
  if (name === undefined) throw new UsageError('whose password? Name a line: beffroi password 4101');
  const lines = [...config.lines.values()];
  const found = lines.find(({ id }) => id === name) ?? lines.find(({ extension }) => extension === name);
  if (found !== undefined) return found;
  const guess = nearest(
    name,
    lines.flatMap(({ id, extension }) => [id, extension]),
  );
  throw new Trouble(`there is no line ${name}${guess === undefined ? '' : `: did you mean ${guess}?`}`);
}
