import { nearest } from '../config/guess.ts';
import { type ServiceMode, serviceModes } from '../domain/service.ts';
import type { ServiceReply } from '../edges/http/api.ts';
import { type Command, dataOption, type Given, jsonOption, UsageError } from './command.ts';
import { connect } from './connect.ts';
import type { Exit } from './exit.ts';
import { jsonText, printable, table } from './paint.ts';
import { timeText } from './time-text.ts';

export const modeCommand: Command = {
  name: 'mode',
  summary: 'how each hotline is switched, and switches one: normal, crisis, closed',
  words: ['[SERVICE]', '[MODE]'],
  about:
    'In force for the next call, and still after a restart. `crisis` needs a block crisis: in the service; `closed` overrides its\n' +
    'hours; `normal` goes by them again.',
  options: { data: dataOption, json: jsonOption },
  examples: [
    ['beffroi mode', 'every hotline: how it is switched, and whether it is open'],
    ['beffroi mode allo-canicule crisis', 'the heat wave begins'],
    ['beffroi mode allo-canicule normal', 'it is over'],
  ],
  run: async (given): Promise<Exit> => {
    const [service, mode] = given.words;
    const client = connect(given);
    if (service === undefined) show(await client.services(), given);
    else if (mode === undefined) show(oneOf(await client.services(), service), given);
    else show([await client.switchService(service, modeOf(mode))], given);
    return 'ok';
  },
};

function modeOf(text: string): ServiceMode {
  const mode = serviceModes.find((one) => one === text);
  if (mode !== undefined) return mode;
  const guess = nearest(text, serviceModes);
  throw new UsageError(
    `there is no mode ${text}${guess === undefined ? `; there are ${serviceModes.join(', ')}` : `: did you mean ${guess}?`}`,
  );
}

function oneOf(services: readonly ServiceReply[], wanted: string): readonly ServiceReply[] {
  const found = services.filter(({ id }) => id === wanted);
  if (found.length > 0) return found;
  const guess = nearest(
    wanted,
    services.map(({ id }) => id),
  );
  throw new UsageError(`there is no service ${wanted}${guess === undefined ? '' : `: did you mean ${guess}?`}`);
}

function show(services: readonly ServiceReply[], { terminal, paint, switches }: Given): void {
  if (switches.has('json')) terminal.out(jsonText(services));
  else terminal.out(table(['service', 'mode', 'since', 'now', 'opens'], services.map(rowOf), paint));
}

function rowOf({ id, mode, since, says, opensAt, timeZone }: ServiceReply): readonly string[] {
  const at = (instant: number | undefined): string => (instant === undefined ? '' : timeText(instant, timeZone));
  return [id, mode, at(since), printable(says), at(opensAt)];
}
