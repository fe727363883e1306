import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LineId, MailboxId, SiteId } from '../../src/domain/ids.ts';
import type { Letter } from '../../src/domain/letter.ts';
import { type Mailbox, usualMailbox } from '../../src/domain/mailbox.ts';
import { MailOptions } from '../../src/edges/mail/options.ts';
import { openMailServer } from '../../src/edges/mail/send.ts';
import { openStore } from '../../src/edges/stores/open.ts';
import { StoreOptions } from '../../src/edges/stores/options.ts';
import type { Store } from '../../src/edges/stores/store.ts';
import { openPostOffice, type PostOffice, pauseMs } from '../../src/mailbox/post-office.ts';
import { whenText } from '../../src/wiring/when-text.ts';
import { MailServer } from '../support/mail-server.ts';

const start = Date.parse('2026-11-24T09:30:00Z');
const box: Mailbox = {
  ...usualMailbox,
  id: '4101' as MailboxId,
  owner: { is: 'line', line: '4101' as LineId },
  site: 'mairie' as SiteId,
  timeZone: 'Europe/Paris',
  name: 'Awa Diallo',
  members: [],
  greeting: [],
  notify: ['awa@mairie.example'],
};

let folder: string;
let store: Store;
let server: MailServer;
let now: number;
let rings: (() => void)[];
let offices: PostOffice[];
let alarms: string[];
let tries: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'post-'));
  const options = StoreOptions.parse({ kind: 'memory' });
  store = await openStore(options, folder, { warn: () => {}, error: () => {} });
  server = new MailServer();
  await server.open();
  now = start;
  rings = [];
  offices = [];
  alarms = [];
  tries = [];
  writeFileSync(join(folder, 'm1.wav'), Buffer.from('RIFF the sound of the message'));
});
afterEach(async () => {
  for (const office of offices) await office.stop();
  await server.close();
  await store.stop();
  rmSync(folder, { recursive: true });
});

function open(more: { readonly linkTo?: (message: string) => string } = {}): PostOffice {
  const options = MailOptions.parse({
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    from: 'messagerie@mairie.example',
  });
  const office = openPostOffice({
    now: () => now,
    after: (_seconds, what) => {
      rings.push(what);
      return () => {
        rings = rings.filter((one) => one !== what);
      };
    },
    store: store.mail,
    recordings: { path: (file) => join(folder, file), seconds: async () => 12 },
    mailbox: (id) => (id === box.id ? box : undefined),
    when: whenText,
    send: openMailServer(options, undefined).send,
    daysAtMost: 5,
    ...more,
    tried: (how) => void tries.push(how),
    alarm: (_error, says) => void alarms.push(says),
  });
  offices.push(office);
  return office;
}

async function leave(): Promise<void> {
  const from = { number: '+33639980001' };
  const begun = { id: 'm1', mailbox: box.id, call: 'c1', receivedAt: start, file: 'm1.wav', from };
  const about: Letter['about'] = { is: 'message', message: 'm1' };
  const letter: Letter = {
    id: 'l1',
    to: 'awa@mairie.example',
    mailbox: box.id,
    about,
    madeAt: start,
    tries: 0,
    nextAt: start,
  };
  await store.mail.begin(begun);
  await store.mail.keep('m1', { seconds: 12.3, urgent: false }, [letter]);
}

/** Lets the office look again, and waits until it has. */
async function later(ms: number): Promise<void> {
  now += ms;
  for (const ring of rings.splice(0)) ring();
  await Promise.all(offices.map((office) => office.idle()));
}

describe('a letter about a message', () => {
  it('tells who called, when by the clock of the site, how long, and brings the sound', async () => {
    await leave();
    open();
    await later(0);
    const [letter = ''] = server.letters;
    expect(letter).toMatch(/^From: messagerie@mairie\.example\r?$/m);
    expect(letter).toMatch(/^To: awa@mairie\.example\r?$/m);
    expect(letter).toMatch(/^Subject: message vocal de \+33639980001 \(12 s\)\r?$/m);
    expect(letter).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(letter).toContain('Awa Diallo');
    expect(letter).toContain('10:30');
    expect(letter).toContain(Buffer.from('RIFF the sound of the message').toString('base64'));
    expect(await store.mail.lettersWaiting()).toBe(0);
  });
});

describe('a letter that waits', () => {
  it('waits while the server is down, and is sent once when it is there again', async () => {
    await leave();
    await server.close();
    open();
    await later(0);
    await later(30_000);
    expect(await store.mail.lettersWaiting()).toBe(1);
    await server.open();
    await later(3_600_000);
    await later(3_600_000);
    expect(server.letters).toHaveLength(1);
    expect(tries).toEqual(['postponed', 'postponed', 'taken']);
    expect(await store.mail.lettersWaiting()).toBe(0);
  });

  it('brings the link by which it can be heard, where links are wanted', async () => {
    await leave();
    open({ linkTo: (message) => `https://telephonie.example/messages/${message}~1~2` });
    await later(0);
    // RFC 2045 §6.7: the long lines of a letter are broken on their way.
    expect(server.letters[0]?.replaceAll('=\r\n', '')).toContain('https://telephonie.example/messages/m1~1~2');
  });

  it('is sent at once by an exchange that was started again, however long it still had to wait', async () => {
    await leave();
    await store.mail.postpone('l1', 9, start + 3_600_000);
    open();
    await later(0);
    expect(server.letters).toHaveLength(1);
  });

  it('is sent as soon as the server has taken another, and all of them in one go', async () => {
    await leave();
    await server.close();
    open();
    await later(0);
    const others = Array.from({ length: 50 }, (_, at) => ({
      id: `l${at + 2}`,
      to: `agent${at}@mairie.example`,
      mailbox: box.id,
      about: { is: 'message', message: 'm1' } as const,
      madeAt: start,
      tries: 0,
      nextAt: at === 0 ? start + 30_000 : start + 3_600_000,
    }));
    await store.mail.post(others);
    await server.open();
    await later(30_000);
    expect(server.letters).toHaveLength(51);
  });

  it('waits when the server has no time for it (RFC 5321 §4.2.1: 4yz)', async () => {
    await leave();
    server.answers = 451;
    open();
    await later(0);
    expect(await store.mail.lettersWaiting()).toBe(1);
    expect(alarms).toEqual([]);
    server.answers = undefined;
    await later(3_600_000);
    expect(server.letters).toHaveLength(1);
  });
});

describe('a letter that nobody takes', () => {
  it('is given up when the address is refused for good (5yz), and somebody is told', async () => {
    await leave();
    server.answers = 550;
    open();
    await later(0);
    await later(3_600_000);
    expect(server.letters).toEqual([]);
    expect(alarms).toEqual(['a letter about a message was given up']);
  });

  it('is given up after the days it may wait', async () => {
    await leave();
    server.answers = 451;
    open();
    await later(0);
    await later(6 * 86_400_000);
    expect(alarms).toEqual(['a letter about a message was given up']);
  });

  it('is not sent when its message was deleted meanwhile', async () => {
    await leave();
    await store.mail.mark('m1', 'deleted', start);
    open();
    await later(0);
    expect(server.letters).toEqual([]);
    expect(await store.mail.lettersWaiting()).toBe(0);
  });
});

it('the pause between two tries doubles, from half a minute to an hour', () => {
  expect([0, 1, 2, 6, 7, 100].map(pauseMs)).toEqual([30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000]);
});
