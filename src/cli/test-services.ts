import { resolve } from 'node:path';
import { nearest } from '../config/guess.ts';
import { hasProblems, loadConfig } from '../config/load.ts';
import { differenceText, runServiceTests, type TestResult } from '../decide/service-tests.ts';
import type { Config } from '../domain/config.ts';
import { problemsSaid } from './check.ts';
import { type Command, configOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { jsonText, type Painter, printable } from './paint.ts';
import { configFolder } from './place.ts';

export const testCommand: Command = {
  name: 'test',
  summary: 'tries the calls that each hotline has under tests:',
  words: ['[DIR]'],
  about:
    'No phone rings: the functions that route live calls are asked who would, what would be said and how it would end, and the\n' +
    'answer is held against what the block says. Exit code 1 when one differs. `check` and `reload` refuse such a block too.',
  options: {
    service: { value: 'ID', about: 'this one alone' },
    config: configOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi test', 'every hotline of config/'],
    ['beffroi test --service portage-repas', 'while you write it'],
  ],
  run: (given) => {
    const { terminal, switches, paint } = given;
    const loaded = loadConfig(folderOf(given));
    if (hasProblems(loaded)) throw new Trouble(problemsSaid(loaded.problems, given));
    const results = resultsOf(loaded.config, given.values.get('service'));
    const failed = results.filter(({ differences }) => differences.length > 0);
    if (switches.has('json'))
      terminal.out(jsonText({ passed: results.length - failed.length, failed: failed.length, results }));
    else terminal.out(resultsText(results, paint));
    return failed.length > 0 ? 'no' : 'ok';
  },
};

function folderOf(given: Given): string {
  const [folder] = given.words;
  if (folder === undefined) return configFolder(given);
  if (given.values.has('config')) throw new UsageError('name the folder once: as DIR or with --config');
  return resolve(folder);
}

function resultsOf(config: Config, only: string | undefined): readonly TestResult[] {
  const { services } = config;
  const chosen = [...services.values()].filter(({ id }) => only === undefined || (id as string) === only);
  if (only !== undefined && chosen.length === 0) {
    const guess = nearest(only, services.keys());
    throw new UsageError(`there is no service ${only}${guess === undefined ? '' : `: did you mean ${guess}?`}`);
  }
  return chosen.flatMap((service) => runServiceTests(service, config));
}

function resultsText(results: readonly TestResult[], { good, bad, strong }: Painter): string {
  const lines: string[] = [];
  let service = '';
  for (const result of results) {
    if (result.service !== service) lines.push(strong(result.service));
    service = result.service;
    const { differences } = result;
    lines.push(`  ${differences.length === 0 ? good('+') : bad('-')} ${printable(result.name)}`);
    lines.push(...differences.map((one) => `      ${printable(differenceText(one))}`));
  }
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  const passed = `${results.length - failed} of ${results.length} calls go as they should`;
  return `${[...lines, failed === 0 ? good(passed) : bad(passed)].join('\n')}\n`;
}
