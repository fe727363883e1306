import { nearest } from '../config/guess.ts';
import { hasProblems, loadConfig } from '../config/load.ts';
import { openSecrets, type Secret } from '../config/secrets.ts';
import type { Config } from '../domain/config.ts';
import type { MeetingId } from '../domain/ids.ts';
import type { Meeting } from '../domain/meeting.ts';
import type { MeetingReply } from '../edges/http/api.ts';
import { problemsSaid } from './check.ts';
import { type Command, configOption, dataOption, type Given, jsonOption, Trouble } from './command.ts';
import { connect } from './connect.ts';
import type { Exit } from './exit.ts';
import { jsonText, printable, table } from './paint.ts';
import { configFolder, dataFolder } from './place.ts';
import { timeText } from './time-text.ts';
import { townZone } from './town-clock.ts';

export const meetingsCommand: Command = {
  name: 'meetings',
  summary: 'the rooms to meet in by telephone, and how many are in each; with a name, its number and PIN',
  words: ['[MEETING]'],
  about:
    'With MEETING it reads the configuration and the secrets of the data folder, and asks nobody: it prints what goes into an\n' +
    'invitation. Whoever may read the data folder may read every PIN.',
  options: { config: configOption, data: dataOption, json: jsonOption },
  examples: [
    ['beffroi meetings', 'who meets where, now'],
    ['beffroi meetings conseil', 'the number and the PIN of that meeting'],
  ],
  run: (given) => (given.words[0] === undefined ? list(given) : invite(given.words[0], given)),
};

async function list(given: Given): Promise<Exit> {
  const { terminal, paint, switches } = given;
  const meetings = await connect(given).meetings();
  const zone = await townZone(given);
  if (switches.has('json')) terminal.out(jsonText(meetings));
  else if (meetings.length === 0) terminal.err('There are no meetings in the configuration.\n');
  else terminal.out(table(['meeting', 'name', 'extension', 'number', 'there', 'since'], rows(meetings, zone), paint));
  return 'ok';
}

function rows(meetings: readonly MeetingReply[], zone: string): readonly (readonly string[])[] {
  return meetings.map(({ id, name, extension, did, participants, participantsAtMost, since }) => [
    id,
    printable(name),
    extension,
    did ?? '',
    `${participants} of ${participantsAtMost}`,
    since === undefined ? '' : timeText(since, zone),
  ]);
}

function invite(id: string, given: Given): Exit {
  const { terminal, switches } = given;
  const loaded = loadConfig(configFolder(given));
  if (hasProblems(loaded)) throw new Trouble(problemsSaid(loaded.problems, given));
  const { name, extension, did, pin, hostPin } = meetingNamed(id, loaded.config);
  const secrets = secretsOf(given);
  const told = {
    meeting: id,
    name,
    extension,
    ...(did !== undefined && { number: did }),
    pin: known(secrets.pin(pin)),
    ...(hostPin !== undefined && { hostPin: known(secrets.pin(hostPin)) }),
  };
  const lines = Object.entries(told).map(([key, value]) => `${key.padEnd(9)}  ${printable(value)}\n`);
  terminal.out(switches.has('json') ? jsonText(told) : lines.join(''));
  return 'ok';
}

function known(secret: Secret): string {
  if ('missing' in secret) throw new Trouble(secret.missing);
  return secret.secret;
}

function secretsOf(given: Given): ReturnType<typeof openSecrets> {
  try {
    return openSecrets(dataFolder(given), given.terminal.env);
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error));
  }
}

function meetingNamed(id: string, { meetings }: Config): Meeting {
  const found = meetings.get(id as MeetingId);
  if (found !== undefined) return found;
  const guess = nearest(id, meetings.keys());
  throw new Trouble(`there is no meeting ${id}${guess === undefined ? '' : `: did you mean ${guess}?`}`);
}
