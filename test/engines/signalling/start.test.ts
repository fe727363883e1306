import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCommandLine, parseContact } from '../../../src/engines/signalling/command-line.ts';
import { readDrachtioXml } from '../../../src/engines/signalling/drachtio-xml.ts';
import { create } from '../../../src/engines/signalling/index.ts';
import { SignallingOptions } from '../../../src/engines/signalling/options.ts';
import { run } from './engine-bench.ts';

describe('the command line', () => {
  it('is that of drachtio-server', () => {
    const args =
      '-f x.xml --contact sip:*;transport=udp --loglevel info --sofia-loglevel 3 --address 0.0.0.0 --port=9023 --secret s';
    const line = parseCommandLine([...args.split(' '), '--memory-debug']);
    expect(line).toMatchObject({
      file: 'x.xml',
      contacts: ['sip:*;transport=udp'],
      address: '0.0.0.0',
      port: 9023,
      secret: 's',
      loglevel: 'info',
      ignored: ['--memory-debug'],
    });
  });

  it.each([
    ['sip:*', ['udp *:5060', 'tcp *:5060'], []],
    ['sip:192.0.2.1:5062;transport=tcp', ['tcp 192.0.2.1:5062'], []],
    ['sip:127.0.0.1:6090;transport=ws', ['ws 127.0.0.1:6090'], []],
    ['sip:127.0.0.1:6090;transport=sctp,udp', ['udp 127.0.0.1:6090'], ['sctp']],
  ])('understands the contact %s', (contact, listen, unspoken) => {
    const parsed = parseContact(contact, undefined);
    expect(parsed.listen.map((one) => `${one.transport} ${one.address}:${one.port}`)).toEqual(listen);
    expect(parsed.unspoken).toEqual(unspoken);
  });
});

describe('a drachtio.conf.xml', () => {
  it('gives what this engine has too, and nothing that is commented out', () => {
    const file = readDrachtioXml(readFileSync('test/fixtures/drachtio/sample.conf.xml', 'utf8'));
    expect(file).toMatchObject({
      admin: { address: '127.0.0.1', port: 9022, secret: 'a&b' },
      contacts: [{ contact: 'sip:127.0.0.1:5090;transport=udp,tcp', external: '203.0.113.5' }],
      optionsAnsweredFor: ['Monitor 1.0'],
      sessionRefresher: 'uac',
      loglevel: 'debug',
      unsupported: ['request-handlers'],
    });
    expect(file.scanners?.action).toBe('discard');
    expect([...(file.scanners?.byHeader ?? [])]).toEqual([
      ['user-agent', ['sipcli', 'friendly-scanner']],
      ['*', ['sipvicious']],
    ]);
  });
});

describe('starting', () => {
  it('says which address is taken and leaves nothing bound', async () => {
    const first = await run();
    const { port } = first.bench.engine.sip;
    const listen = [
      { transport: 'udp', address: '127.0.0.1', port: 0 },
      { transport: 'tcp', address: '127.0.0.1', port },
    ];
    const second = create({ listen, admin: { address: '127.0.0.1', port: 0, secret: 's' } });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await first.stop();
    await second.start();
    await second.stop();
  });

  it('refuses options it does not know', () => {
    expect(() => create({ listen: [], admin: { secret: 's' } })).toThrow();
    expect(() =>
      create({ listen: [{ transport: 'udp', address: '*' }], admin: { secret: 's' }, colour: 'red' }),
    ).toThrow(/colour/);
  });

  it('explains every option', () => {
    const undescribed = Object.entries(SignallingOptions.shape).filter(
      ([name, schema]) =>
        name !== 'admin' && name !== 'timers' && name !== 'limits' && schema.description === undefined,
    );
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });
});
