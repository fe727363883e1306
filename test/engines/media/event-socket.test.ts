import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench } from './support/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open({ eventSocket: { heartbeatSeconds: 1 } });
});
afterAll(() => bench.close());

describe('the inbound event socket', () => {
  it('lets in who knows the password', async () => {
    const application = await bench.connect();
    expect(application.replies.all[0]?.headers['Reply-Text']).toBe('+OK accepted');
    application.socket.destroy();
  });

  it('says no to a wrong password, says good-bye, and closes', async () => {
    const application = await bench.connect('guess');
    expect(application.replies.all[0]?.headers['Reply-Text']).toBe('-ERR invalid');
    await application.closed;
    expect(application.others.all.map(({ headers }) => headers['Content-Type'])).toContain('text/disconnect-notice');
  });

  it('answers nothing but the password before it is known', async () => {
    const application = await bench.connect('guess');
    application.socket.write('api status\n\n');
    await application.closed;
    expect(application.replies.all.some(({ body }) => body.includes('ready'))).toBe(false);
  });

  it('tells where to send INVITEs, as the library looks for it', async () => {
    const application = await bench.connect();
    const status = await application.api('sofia status');
    expect(status).toMatch(/^\s*drachtio_mrf\s.*sip:mod_sofia@127\.0\.0\.1:\d+/m);
    application.socket.destroy();
  });

  it('beats its heart', async () => {
    const application = await bench.connect();
    await application.ask('event json HEARTBEAT');
    const beat = await application.named('HEARTBEAT');
    expect(Number(beat['Max-Sessions'])).toBeGreaterThan(0);
    expect(beat['Core-UUID']).toMatch(/^[0-9a-f-]{36}$/);
    application.socket.destroy();
  });

  it('answers commands in their order, also those that touch the disk', async () => {
    const application = await bench.connect();
    const commands = ['uuid_exists x', 'conference none list', 'status', 'uuid_exists y', 'nonsense'];
    const replies = await Promise.all(commands.map((command) => application.api(command)));
    expect(replies).toEqual([
      'false',
      '-ERR Conference none not found\n',
      expect.stringContaining('ready'),
      'false',
      '-ERR nonsense Command not found!\n',
    ]);
    application.socket.destroy();
  });
});

describe('what the event socket refuses', () => {
  it.each([
    ['api uuid_dump x', '-ERR No such channel!\n'],
    ['api uuid_getvar x y', '-ERR No such channel!\n'],
    ['api uuid_bridge x y', '-ERR Invalid uuid\n'],
    ['api uuid_record x start /tmp/x.wav', '-ERR Cannot locate session!\n'],
    ['api uuid_broadcast x y', '-ERR invalid uuid\n'],
    ['api uuid_set_media_stats x', '-ERR No such channel x!\n'],
    ['api system reboot', '-ERR system Command not found!\n'],
    ['api __proto__', '-ERR __proto__ Command not found!\n'],
    ['api constructor', '-ERR constructor Command not found!\n'],
  ])('answers %s as FreeSWITCH does', async (command, body) => {
    const application = await bench.connect();
    expect((await application.ask(command)).body).toBe(body);
    application.socket.destroy();
  });

  it.each([
    ['bgapi status', '-ERR command not found'],
    ['event plain ALL', '-ERR command not found'],
    ['event json', '-ERR no keywords supplied'],
    ['event json NONSENSE', '-ERR no keywords supplied'],
    ['sendmsg nobody\ncall-command: execute\nexecute-app-name: set', '-ERR invalid session id [nobody]'],
    ['filter', '-ERR invalid syntax'],
    ['exit', '+OK bye'],
  ])('answers %j with %j', async (command, reply) => {
    const application = await bench.connect();
    expect((await application.ask(command)).headers['Reply-Text']).toBe(reply);
    application.socket.destroy();
  });
});
