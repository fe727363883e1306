import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { explainCall } from '../../src/decide/explain.ts';
import { explanationText } from '../../src/decide/explain-text.ts';
import { instantOf } from '../../src/decide/wall-clock.ts';
import type { Facts, Treatment } from '../../src/domain/call.ts';
import { readDay } from '../../src/domain/civil-day.ts';
import type { Config } from '../../src/domain/config.ts';
import { ServiceFile } from '../../src/domain/service.ts';
import { buildConfig, type TownFiles } from '../support/build-config.ts';
import { beauvoirFiles } from '../support/town.ts';

/**
 * A file is a hotline (what differs from a plain one, and others beside it) or a line and its wishes, a situation, a line of
 * three dashes, and the tree as `beffroi explain` prints it. Its name says what is true. `UPDATE_GOLDEN=1` writes the trees
 * anew; they are then read in review.
 */
const folder = join(import.meta.dirname, '../golden/treatments');

const flags = z.array(z.string()).default([]);
const Situation = z.strictObject({
  /** In place of parts of the plain hotline `accueil`. */
  accueil: z.record(z.string(), z.unknown()).default({}),
  /** Other hotlines, written whole or as `accueil` is. */
  services: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  calendars: z.record(z.string(), z.unknown()).default({}),
  /** Every line has one. */
  mailboxes: z.boolean().default(false),
  /** By line, as the store keeps them. */
  wishes: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** By extension, as the site's file has it. */
  filter: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  from: z.string().default('+33639980001'),
  to: z.string().default('+33199004950'),
  transferredBy: z.string().optional(),
  /** By the clock of Beauvoir: a Monday morning. */
  at: z.string().default('2026-09-14T09:00'),
  modes: z.record(z.string(), z.string()).default({}),
  away: flags,
  busy: flags,
  cutOff: flags,
  waiting: z.int().default(0),
  agents: z.record(z.string(), z.string()).default({}),
  helpCalledWith: flags,
  ipbxIsFull: z.boolean().default(false),
});
type Situation = z.infer<typeof Situation>;

const accueil = {
  name: 'Accueil',
  site: 'mairie',
  numbers: ['+33199004950'],
  extension: '4950',
  members: ['4101', '4102'],
  overflow: [{ to: 'goodbye' }],
};

/** A room to meet in. */
const conseil = { id: 'conseil', name: 'Conseil', extension: '4190', did: '+33199004190', pin: { env: 'PIN' } };

const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('golden treatments', () => {
  for (const name of files) {
    it(name.replace('.yaml', '').replaceAll('-', ' '), () => {
      const path = join(folder, name);
      const [situation = '', tree] = readFileSync(path, 'utf8').split('---\n');
      const told = treeOf(Situation.parse(parse(situation) ?? {}));
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, `${situation}---\n${told}`);
      else expect(told).toBe(tree);
    });
  }

  it('are there for each step and each ending', () => {
    const all = files.map((name) => readFileSync(join(folder, name), 'utf8').split('---\n')[1] ?? '').join('\n');
    const missing = Object.entries(signs).filter(([, sign]) => !sign.test(all));
    expect(missing.map(([kind]) => kind)).toEqual([]);
  });
});

/** By what each is known in the trees. Whoever adds one adds a file that shows it. */
const signs: Readonly<Record<Treatment['do'], RegExp>> = {
  ring: /\bring /,
  'pre-answer': /pre-answer \(answer\)[\s\S]*pre-answer \(early media\)/,
  tell: /say \S+$/m,
  queue: /wait for accueil/,
  refuse: /refuse /,
  'pass the refusal on': /pass on what the far end said/,
  'say goodbye': /, and release the call/,
  mailbox: /a message for /,
  'read mailbox': /listen to /,
  meet: /meet in /,
  park: /park at /,
  confer:
    /wait for the conference of[\s\S]*talk with everybody who waits for the conference|talk with everybody[\s\S]*wait for the conference of/,
  fetch: /fetch the call parked /,
  'pick up': /take a call that rings at /,
  record: /record the talk/,
  'switch service': /switch \S+ to /,
  wish: /change what /,
  'call back': /is to call back/,
};

function treeOf(situation: Situation): string {
  const config = townOf(situation);
  const { from, to, transferredBy } = situation;
  const by = transferredBy === undefined ? {} : { transferredBy };
  const question = { from, to, ...by, at: instant(situation.at), facts: factsOf(situation) };
  const text = explanationText(explainCall(question, config));
  // Where the sound runs has tests of its own.
  const [because = '', then = ''] = text.slice(text.indexOf('Because\n')).split(/^(?:Sound\n(?: .*\n)*)?Then\n/m);
  return `${because}Then\n${then.slice(0, then.lastIndexOf('\nconfiguration '))}\n`;
}

/** Each block goes through the schema, as a file would. */
function townOf({ accueil: own, services, calendars, mailboxes, filter }: Situation): Config {
  const blocks = Object.entries({ accueil: own, ...services }).map(([id, block], index) => {
    const numbers = [`+3319900495${index}`];
    return [id, ServiceFile.parse({ ...accueil, numbers, extension: `495${index}`, ...block })] as const;
  });
  const { exchange, sites } = beauvoirFiles;
  const lines = sites.mairie.lines.map((line) => ({ ...line, filter: filter[line.extension] }));
  const mairie = { ...sites.mairie, lines, meetings: [conseil] };
  return buildConfig({
    ...beauvoirFiles,
    exchange: { ...exchange, ...(mailboxes && { mailboxes: { everyLine: true } }) },
    sites: { ...sites, mairie } as TownFiles['sites'],
    services: Object.fromEntries(blocks),
    calendars: calendars as NonNullable<TownFiles['calendars']>,
  });
}

function factsOf({ wishes, modes, away, busy, cutOff, waiting, agents, ...rest }: Situation): Partial<Facts> {
  const trunks = rest.ipbxIsFull ? [['ipbx', { channelsInUse: 60, alive: [true] }]] : [];
  const facts = {
    wishes: new Map(Object.entries(wishes)),
    serviceModes: new Map(Object.entries(modes)),
    contacts: new Map(away.map((line) => [line, 0])),
    linesBusy: new Set(busy),
    sitesDown: new Set(cutOff),
    waiting: new Map([['accueil', waiting]]),
    agents: new Map([['accueil', new Map(Object.entries(agents).map(([line, is]) => [line, { is }]))]]),
    helpCalled: new Map(rest.helpCalledWith.map((number) => [number, instant(rest.at) - 60_000])),
    trunks: new Map(trunks as never),
  };
  return facts as unknown as Partial<Facts>;
}

function instant(text: string): number {
  const [day = '', time = ''] = text.split('T');
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return instantOf({ day: readDay(day) ?? 0, minute }, 'Europe/Paris');
}
