import { nearest } from '../config/guess.ts';
import { type Language, languages } from '../domain/say.ts';
import { type SentenceId, type SlotKind, sentences } from '../domain/sentences.ts';
import { levelOfFile, MASTERS_DBOV } from '../edges/prompts/level.ts';
import { type Circumstances, openPrompts, type Prompts, type Recorded } from '../edges/prompts/prompts.ts';
import { type Command, configOption, dataOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { instant } from './instant.ts';
import { jsonText, printable, table } from './paint.ts';
import { dataFolder } from './place.ts';
import { townZone } from './town-clock.ts';

const toldFromDb = 4;

export const promptsCommand: Command = {
  name: 'prompts',
  summary: 'every recording, and which are the town’s own; or one sentence, as it is spoken',
  words: ['[say]', '[ID]'],
  about:
    'A WAV file in the data folder, prompts/fr/NAME.wav or prompts/en/NAME.wav, replaces the recording of that name. The exit\n' +
    'code is 1 when a file there cannot be used. VALUES fill the gaps of a sentence; without them, examples do.',
  options: {
    lang: { value: 'LANGUAGE', about: 'fr (default) or en' },
    with: { value: 'VALUES', about: 'such as position=3 or at=2026-11-24T14:30, separated by commas' },
    config: configOption,
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi prompts', 'every recording, in French'],
    ['beffroi prompts say queue.position --with position=3', 'Vous êtes en troisième position.'],
    ['beffroi prompts say hotline.opens --lang en', 'with an example in its gap, and the files that are played'],
  ],
  run: async (given) => {
    const language = languageOf(given);
    const prompts = openPrompts({ dataFolder: dataFolder(given), onProblem: () => undefined });
    const [verb, id] = given.words;
    if (verb === undefined) return list(prompts, language, given);
    if (verb !== 'say') throw new UsageError(`beffroi prompts knows "say", not "${verb}"`);
    if (id === undefined) throw new UsageError('which sentence? Name one: beffroi prompts say queue.position');
    return say(prompts, { language, now: given.terminal.now(), timeZone: await townZone(given) }, id, given);
  },
};

function languageOf({ values }: Given): Language {
  const wanted = values.get('lang') ?? 'fr';
  const found = languages.find((language) => language === wanted);
  if (found === undefined) throw new UsageError(`--lang is one of ${languages.join(', ')}, not "${wanted}"`);
  return found;
}

function list(prompts: Prompts, language: Language, { terminal, switches, paint }: Given) {
  const recordings = prompts.list(language);
  const { problems } = prompts;
  if (switches.has('json')) terminal.out(jsonText({ language, recordings, problems }));
  else {
    const rows = recordings.map(({ id, text, file, isReplaced }) => [id, isReplaced ? townsOwn(file) : '', text]);
    terminal.out(table(['name', 'replaced', 'text'], rows, paint));
    for (const { file, says } of problems) terminal.err(`${printable(file)}: ${printable(says)}\n`);
  }
  return problems.length === 0 ? ('ok' as const) : ('no' as const);
}

/** A voice that is much louder or quieter than the others is heard, so it is told. */
function townsOwn(file: Recorded['file']): string {
  const off = Math.round((levelOfFile(file) ?? MASTERS_DBOV) - MASTERS_DBOV);
  if (Math.abs(off) < toldFromDb) return 'the town’s';
  return `the town’s, ${Math.abs(off)} dB too ${off > 0 ? 'loud' : 'quiet'}`;
}

function say(prompts: Prompts, circumstances: Circumstances, id: string, given: Given) {
  const { language } = circumstances;
  const { terminal, switches } = given;
  if (!Object.hasOwn(sentences, id)) {
    const guess = nearest(id, Object.keys(sentences));
    throw new Trouble(`there is no sentence ${id}${guess === undefined ? '' : `: did you mean ${guess}?`}`);
  }
  const spoken = [{ prompt: id, values: valuesOf(id as SentenceId, circumstances, given) }];
  const text = prompts.text(spoken, circumstances);
  const files = prompts.files(spoken, circumstances);
  terminal.out(switches.has('json') ? jsonText({ id, language, text, files }) : `${[text, ...files].join('\n')}\n`);
  return 'ok' as const;
}

function valuesOf(
  id: SentenceId,
  circumstances: Circumstances,
  { values }: Given,
): Readonly<Record<string, number | string>> {
  const slots: Readonly<Record<string, SlotKind>> = sentences[id];
  const given = readValues(values.get('with') ?? '');
  for (const name of given.keys()) {
    if (!(name in slots)) {
      throw new UsageError(`${id} has no gap "${name}"; it has ${Object.keys(slots).join(', ') || 'none'}`);
    }
  }
  return Object.fromEntries(
    Object.entries(slots).map(([name, kind]) => [name, filling(kind, given.get(name), circumstances)]),
  );
}

function readValues(text: string): ReadonlyMap<string, string> {
  const parts = text.split(',').filter((part) => part !== '');
  return new Map(
    parts.map((part) => {
      const [, name, value] = /^([a-z-]+)=(.+)$/.exec(part) ?? [];
      if (name === undefined || value === undefined) throw new UsageError(`--with is name=value, not "${part}"`);
      return [name, value];
    }),
  );
}

const examples: Readonly<Record<SlotKind, number | string>> = {
  masculine: 21,
  feminine: 21,
  number: 3,
  position: 3,
  key: '1',
  phone: '0199001234',
  moment: 0,
  date: 0,
  wait: 150,
  duration: 150,
};

/** Hours and days are given as for `--since`, everything else as it is. */
function filling(kind: SlotKind, text: string | undefined, { now, timeZone }: Circumstances): number | string {
  if (kind === 'moment' || kind === 'date') return text === undefined ? now : instant(text, 'with', now, timeZone);
  if (text === undefined) return examples[kind];
  if (kind === 'phone' || kind === 'key') return text;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--with wants a whole number, not "${text}"`);
  return Number(text);
}
