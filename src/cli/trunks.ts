import type { TrunkReply } from '../edges/http/api.ts';
import { type Command, dataOption, jsonOption } from './command.ts';
import { connect } from './connect.ts';
import { jsonText, table } from './paint.ts';

export const trunksCommand: Command = {
  name: 'trunks',
  summary: 'does each trunk target answer, how many channels are in use',
  words: [],
  about:
    'The exit code is 1 when every target of a trunk is silent. Soon after the start a target may not have been heard yet;\n' +
    'calls are sent to it all the same.',
  options: { data: dataOption, json: jsonOption },
  examples: [['beffroi trunks', 'every trunk and its targets']],
  run: async (given) => {
    const { terminal, paint, switches } = given;
    const trunks = await connect(given).trunks();
    const isUp = trunks.every(({ targets }) => targets.some(({ state }) => state !== 'silent'));
    if (switches.has('json')) terminal.out(jsonText(trunks));
    else terminal.out(table(['trunk', 'role', 'channels', 'target', 'state'], trunks.flatMap(rowsOf), paint));
    return isUp ? 'ok' : 'no';
  },
};

const stateText = { answers: 'answers', silent: 'DOES NOT ANSWER', unknown: 'not heard yet' } as const;

/** The trunk stands on the row of its first target. */
function rowsOf({ id, role, channelsInUse, channelsAtMost, targets }: TrunkReply): readonly (readonly string[])[] {
  const first = [id, role, `${channelsInUse} of ${channelsAtMost}`];
  return targets.map(({ target, state }, index) => [...(index === 0 ? first : ['', '', '']), target, stateText[state]]);
}
