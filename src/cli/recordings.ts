import { writeFileSync } from 'node:fs';
import type { RecordingReply } from '../edges/http/api.ts';
import { type Command, dataOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { connect } from './connect.ts';
import type { Exit } from './exit.ts';
import { jsonText, table } from './paint.ts';
import { lengthText, timeText } from './time-text.ts';
import { townZone } from './town-clock.ts';

export const recordingsCommand: Command = {
  name: 'recordings',
  summary: 'the talks that were recorded; export ID, delete ID',
  words: ['[VERB]', '[ID]'],
  about:
    'Only services with a block recording: record, and their callers are told first. What is deleted is gone at once, and the rest\n' +
    'when its days are over. The exit code is 1 when there is none.',
  options: {
    service: { value: 'ID', about: 'only those of this service' },
    to: {
      value: 'FILE',
      about: 'where export writes the WAV (default: recording-ID.wav); never over a file that is there',
    },
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi recordings --service accueil', 'when each began, how long it is, when it will be deleted'],
    ['beffroi recordings export 3f9a0c52-…', 'the sound, as recording-3f9a0c52-….wav'],
    ['beffroi recordings delete 3f9a0c52-…', 'the caller has asked for it'],
  ],
  run: (given) => {
    const [verb, id] = given.words;
    if (verb === undefined) return list(given);
    if (verb !== 'export' && verb !== 'delete') {
      throw new UsageError(`beffroi recordings knows "export ID" and "delete ID", not "${verb}"`);
    }
    if (id === undefined) throw new UsageError(`${verb} needs the ID of a recording: see beffroi recordings`);
    return verb === 'export' ? exported(id, given) : deleted(id, given);
  },
};

async function list(given: Given): Promise<Exit> {
  const { terminal, paint, switches, values } = given;
  const recordings = await connect(given).recordings(values.get('service'));
  const zone = await townZone(given);
  if (switches.has('json')) terminal.out(jsonText(recordings));
  else if (recordings.length === 0) terminal.err('No talk was recorded.\n');
  else
    terminal.out(table(['began', 'service', 'length', 'deleted on', 'call', 'id'], recordings.map(rowIn(zone)), paint));
  return recordings.length === 0 ? 'no' : 'ok';
}

const rowIn =
  (zone: string) =>
  ({ id, call, service, startedAt, deleteAt, seconds }: RecordingReply): readonly string[] => [
    timeText(startedAt, zone),
    service,
    seconds === undefined ? 'goes on' : lengthText(seconds * 1_000),
    timeText(deleteAt, zone),
    call,
    id,
  ];

async function exported(id: string, given: Given): Promise<Exit> {
  const sound = await connect(given).recordedSound(id);
  const file = given.values.get('to') ?? `recording-${id}.wav`;
  try {
    writeFileSync(file, sound, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new Trouble(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'a fault'}`);
  }
  given.terminal.out(given.switches.has('json') ? jsonText({ id, file }) : `${file}\n`);
  return 'ok';
}

async function deleted(id: string, given: Given): Promise<Exit> {
  const gone = await connect(given).deleteRecording(id);
  given.terminal.out(given.switches.has('json') ? jsonText(gone) : `Recording ${gone.id} is gone.\n`);
  return 'ok';
}
