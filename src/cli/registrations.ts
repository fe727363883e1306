import { type Command, dataOption, jsonOption } from './command.ts';
import { connect } from './connect.ts';
import { jsonText, table } from './paint.ts';
import { lengthText } from './time-text.ts';

export const registrationsCommand: Command = {
  name: 'registrations',
  summary: 'who is registered, and from where',
  words: ['[LINE]'],
  options: { data: dataOption, json: jsonOption },
  examples: [
    ['beffroi registrations', 'every contact'],
    ['beffroi registrations 4101', 'those of one line'],
  ],
  run: async (given) => {
    const { terminal, paint, switches, words } = given;
    const registrations = await connect(given).registrations(words[0]);
    if (switches.has('json')) {
      terminal.out(jsonText(registrations));
      return 'ok';
    }
    if (registrations.length === 0) {
      terminal.err(words[0] === undefined ? 'No phone is registered.\n' : `No phone is registered for ${words[0]}.\n`);
      return 'no';
    }
    const rows = registrations.map(({ line, contact, from, q, expiresAt, userAgent }) => [
      line,
      contact,
      from,
      (q / 1_000).toString(),
      lengthText(expiresAt - terminal.now()),
      userAgent ?? '',
    ]);
    terminal.out(table(['line', 'contact', 'from', 'q', 'expires in', 'phone'], rows, paint));
    return 'ok';
  },
};
