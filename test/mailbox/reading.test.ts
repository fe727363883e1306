import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailboxesOf } from '../../src/config/mailboxes.ts';
import type { MailboxId } from '../../src/domain/ids.ts';
import type { Message } from '../../src/domain/message.ts';
import { createMessageLinks, type MessageLinks } from '../../src/edges/http/message-links.ts';
import { writeRuntime } from '../../src/edges/http/runtime.ts';
import { type HttpServer, startHttp } from '../../src/edges/http/server.ts';
import { openStore } from '../../src/edges/stores/open.ts';
import { StoreOptions } from '../../src/edges/stores/options.ts';
import { pins } from '../../src/edges/stores/pins.ts';
import { openRecordings } from '../../src/edges/stores/recordings.ts';
import type { Store } from '../../src/edges/stores/store.ts';
import { createLamps } from '../../src/mailbox/lamps.ts';
import { createMailboxes, type MailboxRoom } from '../../src/mailbox/mailboxes.ts';
import { writeWavHeader } from '../../src/protocol/audio/wav.ts';
import { mailboxView } from '../../src/wiring/mailbox-view.ts';
import { beffroi, noon, workplace } from '../cli/terminal.ts';
import { silent } from '../contract/store.ts';
import { calmExchange, generous, listeningLog, token } from '../edges/http/exchange.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { until } from '../support/net.ts';
import { beauvoir } from '../support/town.ts';

/** A town whose line 4101 has a mailbox, with everything that shows its messages: lamps, API, command line, links. */
let place: ReturnType<typeof workplace>;
let store: Store;
let rooms: MailboxRoom;
let server: HttpServer;
let links: MessageLinks;
let now: number;
let lamp: { readonly unread: number; readonly read: number } | undefined;
let told: string[];
const dayMs = 86_400_000;
const box = '4101' as MailboxId;
const format = { encoding: 'pcm16', sampleRate: 8_000, channels: 1 } as const;
const sound = Buffer.concat([writeWavHeader(format, 48_000), Buffer.alloc(48_000, 7)]);

beforeEach(async () => {
  place = workplace();
  mkdirSync(place.data);
  now = noon;
  lamp = undefined;
  store = await openStore(StoreOptions.parse({ kind: 'memory' }), place.data, silent);
  const town = {
    ...beauvoir,
    lines: new Map([...beauvoir.lines].map(([id, line]) => [id, { ...line, mailbox: id === '4101' }])),
  };
  const mailboxes = mailboxesOf(town as never);
  const alarm = (error: unknown): never => {
    throw error;
  };
  const lamps = createLamps({
    store: store.mail,
    mailboxes: () => mailboxes.values(),
    show: (_, { unread, read }) => {
      lamp = { unread, read };
    },
    alarm,
  });
  const recordings = openRecordings(place.folder);
  rooms = createMailboxes({
    now: () => now,
    store: store.mail,
    recordings,
    newId: randomUUID,
    pins,
    mailbox: (id) => mailboxes.get(id),
    mailboxes: () => mailboxes.values(),
    writesLetters: () => false,
    changed: (id) => void lamps.changed(id),
    posted: () => {},
    alarm,
  });
  links = createMessageLinks({ baseUrl: 'https://telephonie.example', days: 14, secret: 'of the test' }, () => now);
  const view = mailboxView({
    exchange: { mailboxes: rooms },
    holder: { current: () => ({ ...beauvoir, mailboxes }) },
    store,
    recordings,
    readLink: (link) => links.read(link),
    now: () => now,
  });
  told = [];
  const log = { ...listeningLog(), debug: (facts: object) => void told.push(JSON.stringify(facts)) };
  server = await startHttp(generous, token, calmExchange({ mailboxes: view }), log);
  writeRuntime(place.data, {
    pid: process.pid,
    url: server.url,
    startedAt: noon,
    version: '0.1.0',
    token: { env: 'TOKEN' },
  });
});
afterEach(async () => {
  await server.stop();
  await store.stop();
  place.remove();
});

const ask = (...words: string[]) => beffroi(['mailbox', ...words, '--data', place.data], { TOKEN: token });

async function leave(receivedAt = noon - 60_000): Promise<Message> {
  const id = randomUUID();
  const file = `messages/4101/${id}.wav`;
  mkdirSync(join(place.folder, 'messages/4101'), { recursive: true });
  writeFileSync(join(place.folder, file), sound);
  const from = { number: '+33639980001', name: 'Awa <b>Diallo</b>' };
  await store.mail.begin({ id, mailbox: box, call: 'c', receivedAt, file, from });
  await store.mail.keep(id, { seconds: 3, urgent: true }, []);
  const message = await store.mail.message(id);
  if (message === undefined) throw new Error('no message');
  return message;
}

/** The link as a browser opens it: by its own address, here. */
const open = (link: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(link.replace('https://telephonie.example', server.url), { headers, method });

describe('beffroi mailbox', () => {
  it('lists mailboxes, and messages with who has heard them', async () => {
    expect(await ask()).toMatchObject({
      code: 0,
      out: expect.stringMatching(/4101 .* 0 +0 +50 +not chosen yet +default/),
    });
    expect(await ask('4101')).toMatchObject({ code: 1, err: 'There are no messages in mailbox 4101.\n' });
    const { id } = await leave();
    expect((await ask()).out).toMatch(/1 \(1 urgent\)/);
    expect((await ask('4101')).out).toMatch(
      new RegExp(`11:59:00 +4101 .*\\+33639980001.* 0:03 +UNREAD, urgent +${id}`),
    );
    expect(await ask('9999')).toMatchObject({ code: 1, err: 'there is no mailbox 9999\n' });
    expect(await ask('4101', 'sing')).toMatchObject({ code: 2 });
  });

  it('marks messages for the telephone too, and the lamp follows at once', async () => {
    const { id } = await leave();
    const marked = async (verb: string, shows: object) => {
      expect(await ask(verb, id)).toMatchObject({ code: 0 });
      await until('the lamp follows', () => JSON.stringify(lamp) === JSON.stringify(shows));
    };
    await marked('read', { unread: 0, read: 1 });
    expect((await rooms.messages(box)).map(({ readAt }) => readAt)).toEqual([noon]);
    await marked('unread', { unread: 1, read: 0 });
    await marked('delete', { unread: 0, read: 0 });
    expect((await ask('4101')).code).toBe(1);
    expect((await ask('4101', '--deleted')).out).toContain('deleted');
    await marked('restore', { unread: 1, read: 0 });
    expect(await ask('read', 'nobody')).toMatchObject({ code: 1, err: 'there is no such message\n' });
    expect(await ask('read')).toMatchObject({ code: 2 });
  });

  it('exports the sound byte for byte, marks nothing, and writes over no file', async () => {
    const { id } = await leave();
    const file = join(place.folder, 'out.wav');
    expect(await ask('export', id, '--to', file)).toMatchObject({ code: 0, out: `${file}: 0:03\n` });
    expect(readFileSync(file).equals(sound)).toBe(true);
    expect(await ask('export', id, '--to', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is there already'),
    });
    expect((await rooms.messages(box))[0]).not.toHaveProperty('readAt');
    expect(await ask('export', 'nobody', '--to', join(place.folder, 'none.wav'))).toMatchObject({ code: 1 });
  });

  it('takes a PIN away only when it is told so twice', async () => {
    await store.mail.choose(box, { wrongPins: 5, lockedUntil: noon + 60_000, greeting: 'own', pin: 'hashed' });
    expect((await ask()).out).toMatch(/locked until .*12:01:00 +own/);
    expect(await ask('reset-pin', '4101')).toMatchObject({
      code: 0,
      err: expect.stringContaining('Nothing was changed'),
    });
    expect(await store.mail.choices(box)).toHaveProperty('pin');
    expect(await ask('reset-pin', '4101', '--yes')).toMatchObject({ code: 0 });
    expect(await store.mail.choices(box)).toEqual({ wrongPins: 0, greeting: 'own' });
    expect(await ask('reset-pin', '9999', '--yes')).toMatchObject({ code: 1 });
    expect(await ask('reset-pin', '4101', '--yes', '--dry-run')).toMatchObject({ code: 2 });
  });

  it('purges what was kept long enough, and says first what that is', async () => {
    const old = await leave(noon - 91 * dayMs);
    const young = await leave(noon - 89 * dayMs);
    const told = await ask('purge');
    expect(told.out).toContain(old.id);
    expect(told.out).not.toContain(young.id);
    expect(await rooms.messages(box)).toHaveLength(2);
    expect(JSON.parse((await ask('purge', '--yes', '--json')).out)).toEqual({ purged: 1 });
    expect((await rooms.messages(box)).map(({ id }) => id)).toEqual([young.id]);
    expect(existsSync(join(place.folder, old.file))).toBe(false);
    expect(await ask('purge')).toMatchObject({ code: 1 });
  });
});

describe('the link of a letter', () => {
  it('opens a page that tells who spoke, and marks nothing while its sound was not fetched', async () => {
    const { id } = await leave();
    const reply = await open(links.urlTo(id));
    const page = await reply.text();
    expect(reply.status).toBe(200);
    expect(page).toContain('Awa &lt;b&gt;Diallo&lt;/b&gt; (+33639980001)');
    expect(page).toContain('<html lang="fr">');
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'; media-src 'self'"),
    });
    await open(`${links.urlTo(id)}/sound`, {}, 'HEAD');
    expect((await store.mail.message(id))?.readAt).toBeUndefined();
  });

  it('plays the message, which is then read on the telephone and by the API too', async () => {
    const { id } = await leave();
    const reply = await open(`${links.urlTo(id)}/sound`);
    expect(reply.headers.get('content-type')).toBe('audio/wav');
    expect(Buffer.from(await reply.arrayBuffer()).equals(sound)).toBe(true);
    expect((await store.mail.message(id))?.readAt).toBe(noon);
    await until('the lamp follows', () => lamp?.read === 1);
    expect((await ask('4101')).out).toContain('read, urgent');
  });

  it('plays a part of it, as some browsers ask (RFC 9110 §14)', async () => {
    const { id } = await leave();
    const part = async (range: string) => {
      const reply = await open(`${links.urlTo(id)}/sound`, { range });
      return [reply.status, reply.headers.get('content-range'), (await reply.arrayBuffer()).byteLength];
    };
    const { length } = sound;
    expect(await part('bytes=0-1')).toEqual([206, `bytes 0-1/${length}`, 2]);
    expect(await part('bytes=100-')).toEqual([206, `bytes 100-${length - 1}/${length}`, length - 100]);
    expect(await part('bytes=-10')).toEqual([206, `bytes ${length - 10}-${length - 1}/${length}`, 10]);
    expect(await part(`bytes=${length}-`)).toEqual([416, `bytes */${length}`, 0]);
    expect(await part('bytes=0-1,5-6')).toEqual([200, null, length]);
  });
});

describe.skipIf(!hasBrowser)('the link of a letter in a browser', () => {
  it('plays the message by itself, under the rules of its page, which marks it as read', {
    timeout: 60_000,
  }, async () => {
    const { id } = await leave();
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (said) => {
        if (said.type() === 'error' && !said.text().includes('favicon')) complaints.push(said.text());
      });
      await page.goto(links.urlTo(id).replace('https://telephonie.example', server.url));
      await until('the message is read', async () => (await store.mail.message(id))?.readAt !== undefined);
      expect(await page.title()).toBe('Message de Awa <b>Diallo</b> (+33639980001)');
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

describe('a link that is not a key', () => {
  it('opens no other message, and none when a letter of it was changed', async () => {
    const [one, other] = [await leave(), await leave()];
    const link = links.urlTo(one.id);
    const forged = [
      link.replace(one.id, other.id),
      link.slice(0, -1),
      `${link.slice(0, -1)}${link.endsWith('0') ? '1' : '0'}`,
      link.replace(/~(\w+)~/, '~zzzzzz~'),
      createMessageLinks({ baseUrl: server.url, days: 1, secret: 'another' }, () => now).urlTo(one.id),
      `${server.url}/messages/${one.id}`,
    ];
    for (const url of forged.flatMap((url) => [url, `${url}/sound`])) {
      const reply = await open(url);
      expect([url, reply.status]).toEqual([url, 404]);
      expect(await reply.text()).toMatch(/lien n’est pas valable.*This link is not valid/);
    }
  });

  it('says in French and English when its time is over, or its message was deleted', async () => {
    const { id } = await leave();
    const link = links.urlTo(id);
    await store.mail.mark(id, 'deleted', now);
    const deleted = await open(link);
    expect(deleted.status).toBe(410);
    expect(await deleted.text()).toMatch(/a été supprimé.*was deleted/);
    await store.mail.mark(id, 'restored', now);
    now += 14 * dayMs - 1_000;
    expect((await open(link)).status).toBe(200);
    now += 3_000;
    for (const url of [link, `${link}/sound`]) {
      const reply = await open(url);
      expect(reply.status).toBe(410);
      expect(await reply.text()).toMatch(/n’est plus valable.*no longer valid/);
    }
  });

  it('opens nothing else, and is not written to the log', async () => {
    const { id } = await leave();
    await open(`${links.urlTo(id)}/sound`);
    expect(told.some((line) => line.includes('/messages/:link/sound'))).toBe(true);
    expect(told.some((line) => line.includes(id))).toBe(false);
    expect((await open(`${server.url}/api/messages/${id}`)).status).toBe(401);
    expect((await open(`${server.url}/messages/${id}/other/thing`)).status).toBe(401);
  });
});
