import { describe, expect, it } from 'vitest';
import type { MailboxId } from '../../src/domain/ids.ts';
import { buildConfig, type TownFiles } from '../support/build-config.ts';
import { beauvoirFiles } from '../support/town.ts';

type Change = (files: TownFiles) => TownFiles;

const town = (change: Change = (files) => files) => buildConfig(change(beauvoirFiles)).mailboxes;
const box = (id: string, change: Change) => town(change).get(id as MailboxId);

/** The town hall with a mailbox entry for some of its lines, and defaults of its own. */
const atMairie =
  (entries: Readonly<Record<string, unknown>>, mailboxes?: object): Change =>
  (files) => {
    const mairie = files.sites['mairie'];
    if (mairie === undefined) throw new Error('the town hall is missing');
    const lines = (mairie.lines ?? []).map((line) => ({ ...line, mailbox: entries[line.extension] as boolean }));
    return { ...files, sites: { ...files.sites, mairie: { ...mairie, lines, ...(mailboxes && { mailboxes }) } } };
  };

describe('who has a mailbox', () => {
  it('nobody, unless somebody asks for one', () => {
    expect(town().size).toBe(0);
  });

  it('a line that asks for one, with the usual wishes', () => {
    expect(box('4101', atMairie({ 4101: true }))).toMatchObject({
      owner: { is: 'line', line: '4101' },
      extension: '4101',
      members: ['4101'],
      language: 'fr',
      secondsAtMost: 180,
      timeZone: 'Europe/Paris',
    });
  });

  it('every phone of a site that says so, but no lift, and nobody who does not want one', () => {
    const boxes = town(atMairie({ 4102: false }, { everyLine: true }));
    expect(boxes.has('4101' as MailboxId)).toBe(true);
    expect(boxes.has('4102' as MailboxId)).toBe(false);
    expect(boxes.has('4104' as MailboxId)).toBe(false);
  });

  it('a service, shared by those of its members that are lines', () => {
    const [name, service] = Object.entries(beauvoirFiles.services)[0] ?? [];
    if (name === undefined || service === undefined) throw new Error('the town has no service');
    const found = box(name, (files) => ({ ...files, services: { [name]: { ...service, mailbox: {} } } }));
    expect(found?.owner).toEqual({ is: 'service', service: name });
    expect(found?.members.length).toBeGreaterThan(0);
  });
});

describe('how a mailbox is', () => {
  it('as it says itself, before its site, before the exchange', () => {
    const files: Change = (before) => ({
      ...atMairie({ 4101: { secondsAtMost: 30 } }, { secondsAtMost: 60, keepReadDays: 5 })(before),
      exchange: { ...before.exchange, mailboxes: { secondsAtMost: 90, keepReadDays: 9, silenceSeconds: 3 } },
    });
    expect(box('4101', files)).toMatchObject({ secondsAtMost: 30, keepReadDays: 5, silenceSeconds: 3 });
  });

  it('shared with other lines, its own first', () => {
    expect(box('4102', atMairie({ 4102: { members: ['4101', '4102'] } }))?.members).toEqual(['4102', '4101']);
  });
});
