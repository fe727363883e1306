import { wishLines } from '../decide/wishes-text.ts';
import type { OnlyWhen } from '../domain/wishes.ts';
import type { WishesReply } from '../edges/http/api.ts';
import { type Command, dataOption, type Given, jsonOption, UsageError } from './command.ts';
import { connect } from './connect.ts';
import type { Exit } from './exit.ts';
import { jsonText } from './paint.ts';

export const wishesCommand: Command = {
  name: 'wishes',
  summary: 'what the owner of a line wishes: forwarding, do not disturb and so on; with a star code, changes it',
  words: ['LINE', '[CODE]'],
  about:
    'CODE is what the phone would dial: *21*0639980001# forwards every call, #21# no longer; 61 without an answer (*61*N*20#\n' +
    'after 20 s), 62 when no phone is there, 67 when busy; ##002# none at all; *63*N# a second phone rings too; *26 and #26 do not\n' +
    'disturb; *60*N# blocks a caller; *50 and #50 as an agent. The line’s own rights hold: where it may not call, it may not forward.',
  options: {
    'only-from': {
      value: 'CALLERS',
      about: 'the forward is meant for these: numbers, extensions, +336* for what begins so, anonymous; by commas',
    },
    hours: { value: 'HOURS', about: 'the forward is meant for these hours, such as "lun-ven 18:00-08:00"' },
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi wishes 4101', 'as they are'],
    ['beffroi wishes 4101 "*21*0639980001#"', 'every call goes to the mobile'],
    [
      'beffroi wishes 4101 "*21*4102#" --only-from +33639980001 --hours "lun-ven 18:00-08:00"',
      'this caller, in the evening',
    ],
    ['beffroi wishes 4101 "##002#"', 'and rings again'],
  ],
  run: async (given): Promise<Exit> => {
    const [line, code] = given.words;
    if (line === undefined) throw new UsageError('wishes needs a LINE');
    const client = connect(given);
    const reply = code === undefined ? await client.wishes(line) : await client.wish(line, code, onlyOf(given));
    given.terminal.out(given.switches.has('json') ? jsonText(reply) : said(reply));
    return 'ok';
  },
};

function onlyOf({ values }: Given): OnlyWhen {
  const [from, hours] = [values.get('only-from'), values.get('hours')];
  return {
    ...(from !== undefined && { from: from.split(',').map((one) => one.trim()) }),
    ...(hours !== undefined && { hours }),
  };
}

function said({ line, wishes }: WishesReply): string {
  const lines = wishLines(wishes);
  return `${line}${lines.length === 0 ? ' has no wishes' : `\n${lines.map((one) => `  ${one}`).join('\n')}`}\n`;
}
