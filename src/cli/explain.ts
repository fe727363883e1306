import { nearest } from '../config/guess.ts';
import { hasProblems, loadConfig } from '../config/load.ts';
import { explainCall } from '../decide/explain.ts';
import { type Question, unknownIn } from '../decide/explain-question.ts';
import { explanationText } from '../decide/explain-text.ts';
import type { Config } from '../domain/config.ts';
import type { ExplainQuestion } from '../edges/http/api.ts';
import { problemsSaid } from './check.ts';
import { type Command, configOption, dataOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { connect } from './connect.ts';
import type { Exit } from './exit.ts';
import { instant } from './instant.ts';
import { jsonText, printable } from './paint.ts';
import { configFolder } from './place.ts';
import { townZone } from './town-clock.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'what would happen to a call, and why, by the functions that route live ones',
  words: [],
  about:
    'WHO is a line (id, extension or number), an extension of the IPBX, an outside number (it comes by the operator),\n' +
    'a trunk alone or with the number it tells of (operator:+33639980001), or an IPv4 address.\n' +
    'Reads the configuration and supposes a quiet exchange where all is alive; with --live, the running exchange answers\n' +
    'with what it knows: who is registered, which trunks answer, which are full.',
  options: {
    from: { value: 'WHO', about: 'who calls' },
    to: { value: 'DIGITS', about: 'what they dial' },
    'transferred-by': { value: 'LINE', about: 'who has answered the call of WHO, and transfers it to DIGITS' },
    site: { value: 'ID', about: 'the site whose short number WHO is' },
    at: { value: 'WHEN', about: 'when, such as 2026-12-25T10:00, by the town’s clock (default: now)' },
    live: { about: 'with the facts of the running exchange' },
    config: configOption,
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi explain --from 4101 --to 00639980123', 'a mobile, from a line'],
    ['beffroi explain --from +33639980001 --to +33199004101', 'a call from outside'],
    ['beffroi explain --from 101 --site ecole-tilleuls --to 112', 'an emergency call, from a site’s short number'],
    ['beffroi explain --from 4101 --to 4102 --live', 'is that phone registered now?'],
  ],
  run: async (given): Promise<Exit> => {
    if (given.switches.has('live')) {
      const question = questionOf(given, await townZone(given));
      const { text, explanation } = await connect(given).explain(question);
      given.terminal.out(given.switches.has('json') ? jsonText(explanation) : `${printable(text)}\n`);
      return 'ok';
    }
    const loaded = loadConfig(configFolder(given));
    if (hasProblems(loaded)) throw new Trouble(problemsSaid(loaded.problems, given));
    const { exchange, sites } = loaded.config;
    const site = [...sites.values()].find(({ id }) => id === given.values.get('site'));
    const question = questionOf(given, site?.timeZone ?? exchange.timeZone);
    refuseUnknown({ ...question, at: 0 }, loaded.config);
    const at = question.at ?? given.terminal.now();
    const explanation = explainCall({ ...question, at }, loaded.config);
    const asJson = given.switches.has('json');
    given.terminal.out(asJson ? jsonText(explanation) : `${explanationText(explanation, given.paint)}\n`);
    return 'ok';
  },
};

/** A call of nobody is no answer to a slip of the pen. */
function refuseUnknown(question: Question, config: Config): void {
  const [first] = unknownIn(question, config);
  if (first === undefined) return;
  const { option, value } = first;
  const names: readonly string[] = option === 'site' ? [...config.sites.keys()] : namesOfCallers(config, option);
  const guess = nearest(value, names);
  const what = option === 'site' ? 'a site' : option === 'from' ? 'anybody who calls' : 'a line';
  throw new UsageError(
    `--${option}: ${printable(value)} is not the name of ${what}${guess === undefined ? '' : `: did you mean ${guess}?`}`,
  );
}

function namesOfCallers({ lines, trunks }: Config, option: 'from' | 'transferred-by'): readonly string[] {
  const ofLines = [...lines.values()].flatMap(({ id, extension }) => [
    id,
    ...(extension === undefined ? [] : [extension]),
  ]);
  return option === 'from' ? [...ofLines, ...trunks.keys()] : ofLines;
}

function questionOf({ values, terminal }: Given, zone: string): ExplainQuestion {
  const names = ['from', 'to', 'site', 'at', 'transferred-by'];
  const [from, to, site, at, transferredBy] = names.map((name) => values.get(name));
  if (from === undefined || to === undefined) throw new UsageError('explain needs --from and --to');
  return {
    from,
    to,
    ...(transferredBy !== undefined && { transferredBy }),
    ...(site !== undefined && { site }),
    ...(at !== undefined && { at: instant(at, 'at', terminal.now(), zone) }),
  };
}
