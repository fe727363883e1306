import { type Command, dataOption, jsonOption } from './command.ts';
import { connect } from './connect.ts';
import { jsonText, printable } from './paint.ts';

export const reloadCommand: Command = {
  name: 'reload',
  summary: 'swaps the whole configuration of the running exchange at once',
  words: [],
  about:
    'Calls in progress keep the configuration they arrived under. A broken one is refused with every mistake in it,\n' +
    'and changes nothing. SIGHUP does the same. Where the exchange listens, its engines and its store stay as they are.',
  options: { data: dataOption, json: jsonOption },
  examples: [['beffroi check && beffroi reload', 'look first, then swap']],
  run: async (given) => {
    const { terminal, paint, paintErr, switches } = given;
    const reply = await connect(given).reload();
    if (switches.has('json')) terminal.out(jsonText(reply));
    else if (reply.accepted) terminal.out(`${paint.good('Reloaded')}: ${printable(reply.says)}\n`);
    else
      terminal.err(`${reply.problems.map(printable).join('\n\n')}\n${paintErr.bad('Refused')}: nothing was changed.\n`);
    return reply.accepted ? 'ok' : 'no';
  },
};
