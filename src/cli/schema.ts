import { nearest } from '../config/guess.ts';
import { fileSchemas, jsonSchemaOf } from '../config/schema.ts';
import { type Command, UsageError } from './command.ts';

type Kind = keyof typeof fileSchemas;
const kinds = Object.keys(fileSchemas) as readonly Kind[];

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'the JSON Schema of a kind of file, for editors',
  words: ['[KIND]'],
  about: `KIND is one of ${kinds.join(', ')}; without one, they are listed.`,
  options: {},
  examples: [['beffroi schema site > site.json', 'what may stand in sites/*.yaml']],
  run: ({ words: [kind], terminal }) => {
    if (kind === undefined) {
      for (const each of kinds)
        terminal.out(`${each.padEnd(10)} ${fileSchemas[each].title}: ${fileSchemas[each].what}\n`);
      return 'ok';
    }
    const found = kinds.find((each) => each === kind);
    if (found === undefined) {
      const guess = nearest(kind, kinds);
      throw new UsageError(`there is no schema "${kind}"${guess === undefined ? '' : `: did you mean ${guess}?`}`);
    }
    terminal.out(`${JSON.stringify(jsonSchemaOf(found), null, 2)}\n`);
    return 'ok';
  },
};
