import { callBackOwnerLabel } from '../domain/call-back.ts';
import type { CallBackReply } from '../edges/http/api.ts';
import { type Command, dataOption, type Given, jsonOption, UsageError } from './command.ts';
import { connect } from './connect.ts';
import type { Exit } from './exit.ts';
import { jsonText, table } from './paint.ts';
import { timeText } from './time-text.ts';
import { townZone } from './town-clock.ts';

export const callBacksCommand: Command = {
  name: 'call-backs',
  summary: 'who is to be called back, by which service or line and by when; close ID, when it was done another way',
  words: ['[close]', '[ID]'],
  about:
    'A task is made for each caller of a service who gave up, left a message or asked for it, and for those of a line with\n' +
    'callBack: true whose call nobody took as well; one a caller, however often they called. It closes by itself when they\n' +
    'and the town (for a line: whoever has it) have talked. The exit code is 1 when there is none.',
  options: {
    service: { value: 'ID', about: 'only those of this service' },
    line: { value: 'ID', about: 'only those of this line' },
    closed: { about: 'those closed within the last 30 days as well' },
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi call-backs --service accueil', 'whom reception has to call'],
    ['beffroi call-backs --line 4101', 'whom the one at 4101 has to call'],
    ['beffroi call-backs close 3f9a0c52', 'it was settled by a letter'],
  ],
  run: (given) => (given.words[0] === undefined ? list(given) : close(given)),
};

async function list(given: Given): Promise<Exit> {
  const { terminal, paint, switches, values } = given;
  const [service, line] = [values.get('service'), values.get('line')];
  const zone = await townZone(given);
  const tasks = await connect(given).callBacks({
    ...(service !== undefined && { service }),
    ...(line !== undefined && { line }),
    ...(switches.has('closed') && { closed: true }),
  });
  if (switches.has('json')) {
    terminal.out(jsonText(tasks));
    return 'ok';
  }
  if (tasks.length === 0) {
    terminal.err('Nobody is to be called back.\n');
    return 'no';
  }
  const rows = tasks.map((task) => [
    timeText(task.dueAt, zone),
    callBackOwnerLabel(task.owner),
    task.number,
    task.because,
    String(task.calls),
    stateOf(task, terminal.now(), zone),
    task.id,
  ]);
  terminal.out(table(['by', 'owed by', 'number', 'because', 'calls', 'state', 'id'], rows, paint));
  return 'ok';
}

async function close(given: Given): Promise<Exit> {
  const [verb, id] = given.words;
  if (verb !== 'close') throw new UsageError(`beffroi call-backs knows "close ID", not "${verb}"`);
  if (id === undefined) throw new UsageError('close needs the ID of a task: see beffroi call-backs');
  const closed = await connect(given).closeCallBack(id);
  const said = `${closed.number} needs no call back by ${callBackOwnerLabel(closed.owner)} any more.\n`;
  given.terminal.out(given.switches.has('json') ? jsonText(closed) : said);
  return 'ok';
}

function stateOf({ closed, dueAt }: CallBackReply, now: number, zone: string): string {
  if (closed !== undefined) {
    const by = closed.by === undefined ? '' : `, ${closed.by}`;
    return `closed: ${closed.how}${by}, ${timeText(closed.at, zone)}`;
  }
  return dueAt < now ? 'LATE' : 'open';
}
