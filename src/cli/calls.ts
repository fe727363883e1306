import { type Outcome, outcomes } from '../domain/outcome.ts';
import type { CallReply, CallSummary, CallsQuestion } from '../edges/http/api.ts';
import { readLedger } from '../edges/stores/read-ledger.ts';
import { callStory, outcomeText } from './call-story.ts';
import { type Command, dataOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { connectIfRunning } from './connect.ts';
import type { Exit } from './exit.ts';
import { instant } from './instant.ts';
import { jsonText, table } from './paint.ts';
import { wholeNumber } from './parse.ts';
import { dataFolder } from './place.ts';
import { lengthText, timeText } from './time-text.ts';
import { townZone } from './town-clock.ts';

export const callsCommand: Command = {
  name: 'calls',
  summary: 'the ledger: how each call ended; with an ID, one call’s whole story',
  words: ['[ID]'],
  about:
    'Asks the running exchange; when none runs, reads the ledger of the data folder.\n' +
    'WHEN is a time such as 2026-11-24T14:30, 14:30 (today) or 2h (ago). Times are read and told by the town’s clock\n' +
    '(timeZone of exchange.yaml), unless WHEN ends in a zone of its own, such as Z or +01:00.',
  options: {
    last: { value: 'N', about: 'how many, the newest (default: 20, at most 1000)' },
    from: { value: 'WHO', about: 'a line, a trunk, or the number of the caller' },
    dialled: { value: 'DIGITS', about: 'what was dialled' },
    site: { value: 'ID', about: 'of the caller' },
    trunk: { value: 'ID', about: 'it came from or left on' },
    outcome: { value: 'HOW', about: `it ended: ${outcomes.join(', ')}` },
    since: { value: 'WHEN', about: 'started then or later' },
    before: { value: 'WHEN', about: 'started earlier' },
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi calls', 'the last twenty'],
    ['beffroi calls --since 1h --outcome "our fault"', 'what went wrong in the last hour'],
    ['beffroi calls --from 4101 --last 5', 'the last five of a line'],
    ['beffroi calls 3f9a0c52', 'the whole story of one'],
  ],
  run: (given) => (given.words[0] === undefined ? listCalls(given) : tellCall(given, given.words[0])),
};

interface Ledger {
  readonly list: (question: CallsQuestion) => Promise<readonly CallSummary[]>;
  /** Undefined when it knows no such call. */
  readonly find: (id: string) => Promise<CallReply | undefined>;
}

async function listCalls(given: Given): Promise<Exit> {
  const { terminal, paint, switches } = given;
  const zone = await townZone(given);
  const question = questionOf(given, zone);
  const calls = await ledgerOf(given).list(question);
  if (switches.has('json')) {
    terminal.out(jsonText(calls));
    return 'ok';
  }
  if (calls.length === 0) {
    terminal.err('No call of the ledger fits.\n');
    return 'no';
  }
  const rows = calls.map((call) => [
    timeText(call.startedAt, zone),
    call.callerNumber === undefined ? call.from : `${call.from} (${call.callerNumber})`,
    call.dialled,
    outcomeText(call.outcome),
    call.answeredAt === undefined ? '' : lengthText((call.endedAt ?? terminal.now()) - call.answeredAt),
    call.id,
  ]);
  terminal.out(table(['started', 'from', 'dialled', 'outcome', 'talk', 'id'], rows, paint));
  return 'ok';
}

async function tellCall(given: Given, id: string): Promise<Exit> {
  const call = await ledgerOf(given).find(id);
  if (call === undefined) throw new Trouble(`no call ${id} is in the ledger`);
  given.terminal.out(given.switches.has('json') ? jsonText(call) : callStory(call, given.paint, await townZone(given)));
  return 'ok';
}

function ledgerOf(given: Given): Ledger {
  const client = connectIfRunning(given);
  if (client !== undefined) return { list: client.calls, find: client.call };
  const reader = readLedger(dataFolder(given));
  if (reader === undefined) throw new Trouble(`there is no ledger in ${dataFolder(given)}: name another with --data`);
  return { list: (question) => reader.list(question), find: (id) => reader.find(id).then(asReply) };
}

function asReply(call: Awaited<ReturnType<NonNullable<ReturnType<typeof readLedger>>['find']>>): CallReply | undefined {
  return call === undefined ? undefined : (structuredClone({ decisions: [], legs: [], ...call }) as CallReply);
}

function questionOf({ values, terminal }: Given, zone: string): CallsQuestion {
  const text = (name: 'from' | 'dialled' | 'site' | 'trunk') => {
    const value = values.get(name);
    return value === undefined ? {} : { [name]: value };
  };
  const time = (name: 'since' | 'before') => {
    const value = values.get(name);
    return value === undefined ? {} : { [name]: instant(value, name, terminal.now(), zone) };
  };
  const outcome = values.get('outcome');
  return {
    limit: wholeNumber(values.get('last') ?? '20', 'last', 1, 1_000),
    ...text('from'),
    ...text('dialled'),
    ...text('site'),
    ...text('trunk'),
    ...time('since'),
    ...time('before'),
    ...(outcome !== undefined && { outcome: outcomeOf(outcome) }),
  };
}

/** `our-fault` and `our fault` are the same: a shell likes the first better. */
function outcomeOf(text: string): Outcome['is'] {
  const found = outcomes.find((outcome) => outcome === text.replaceAll('-', ' '));
  if (found === undefined) throw new UsageError(`--outcome is one of ${outcomes.join(', ')}, not "${text}"`);
  return found;
}
