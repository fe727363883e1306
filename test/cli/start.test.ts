import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closedDoors } from '../../src/cli/busy-ports.ts';
import type { Beginning, Running } from '../../src/cli/ports.ts';
import { run } from '../../src/cli/run.ts';
import { readRuntime } from '../../src/edges/http/runtime.ts';
import { beffroi, screen, withIdleRule, workplace } from './terminal.ts';

let place: ReturnType<typeof workplace>;
beforeEach(() => {
  place = workplace();
  place.edit('exchange.yaml', (text) => `${text.replace('port: 5060', 'port: 0')}http: { port: 0 }\n`);
});
afterEach(() => {
  place.remove();
});
const folders = () => ['--config', place.config, '--data', place.data];
/** Vitest's own is one second. */
const PATIENCE_MS = 30_000;
const env = { LIFT_PASSWORD: 'up-and-down' };

/** An exchange that does as it is told, and can have calls in it. */
function fakeExchange() {
  let calls = 0;
  let lastCallEnded = () => {};
  const running = {
    url: 'http://127.0.0.1:8080',
    sip: ['udp/127.0.0.1:5060'],
    reload: vi.fn<Running['reload']>(async () => ({ accepted: true, generation: 2, digest: 'x', says: '2 sites' })),
    callsActive: () => calls,
    drain: vi.fn<Running['drain']>(
      () =>
        new Promise((resolve) => {
          lastCallEnded = resolve;
          if (calls === 0) resolve();
        }),
    ),
    stop: vi.fn<Running['stop']>(async () => {}),
  };
  const beginnings: Beginning[] = [];
  const start = vi.fn(async (given: Beginning): Promise<Running> => {
    beginnings.push(given);
    return running;
  });
  return {
    running,
    start,
    beginnings,
    callBegins: () => {
      calls += 1;
    },
    callEnds: () => {
      calls -= 1;
      if (calls === 0) lastCallEnded();
    },
  };
}

/** Starts it, and waits until it says that it runs. */
async function started(...words: string[]) {
  const exchange = fakeExchange();
  const { terminal, said, signal, fault, later } = screen(env);
  const ended = run(['start', ...folders(), ...words], terminal, exchange.start);
  await vi.waitFor(() => expect(said().err).toContain('Ctrl-C drains'), PATIENCE_MS);
  return { ...exchange, ended, signal, fault, said, later };
}

describe('beffroi start', () => {
  it('prints what it loaded, where it listens, and what to try', async () => {
    const { said, signal, ended } = await started();
    for (const part of [
      '2 sites, 6 lines, 1 service, 2 trunks',
      'udp/127.0.0.1:5060',
      'http://127.0.0.1:8080/api',
      'http://127.0.0.1:8080/metrics',
      place.data,
      'user 4002, domain telephonie.valombre.example',
      'npx beffroi password 4002',
      'the hotline Accueil',
      'an extension of the IPBX',
    ]) {
      expect(said().err).toContain(part);
    }
    expect(said().out).toBe('');
    signal('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('warns of what is well written and hardly meant, and starts', async () => {
    place.edit('exchange.yaml', withIdleRule);
    const { said, signal, ended } = await started();
    expect(said().err).toContain('rule-leads-nowhere');
    signal('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('offers only what the line may dial', async () => {
    const { said, signal, ended } = await started();
    // 4002 is of the class that reaches internal numbers only.
    expect(said().err).not.toContain('a mobile');
    expect(said().err).toContain('112 ');
    signal('SIGTERM');
    await ended;
  });

  it('tells the commands where it runs, as long as it does', async () => {
    const { signal, ended } = await started();
    expect(readRuntime(place.data)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:8080' });
    signal('SIGINT');
    await ended;
    expect(readRuntime(place.data)).toBeUndefined();
    expect(existsSync(join(place.data, 'exchange.lock'))).toBe(false);
  });
});

describe('a running exchange', () => {
  it('waits for the calls in progress when it is told to stop, and ends well', async () => {
    const { running, callBegins, callEnds, signal, ended, said } = await started('--drain-seconds', '600');
    callBegins();
    signal('SIGINT');
    await vi.waitFor(() => expect(said().err).toContain('1 call left; waiting for 600 s at most'), PATIENCE_MS);
    expect(running.drain).toHaveBeenCalledWith(600);
    expect(running.stop).not.toHaveBeenCalled();
    callEnds();
    expect(await ended).toBe(0);
    expect(running.stop).toHaveBeenCalledOnce();
  });

  it('ends at once when it is told twice, and not when one Ctrl-C comes by two ways', async () => {
    const { running, callBegins, signal, ended, said, later } = await started();
    callBegins();
    signal('SIGINT');
    signal('SIGINT');
    await vi.waitFor(() => expect(running.drain).toHaveBeenCalled(), PATIENCE_MS);
    later(400);
    signal('SIGINT');
    expect(said().err).not.toContain('cut off');
    later(500);
    signal('SIGINT');
    expect(await ended).toBe(0);
    expect(said().err).toContain('1 call cut off');
  });

  it('stops in good order, with a code of its own, when an exception was caught by nobody', async () => {
    const { running, fault, ended, said } = await started();
    fault(new Error('a table without a row'));
    fault(new Error('and another'));
    expect(await ended).toBe(4);
    expect(running.drain).not.toHaveBeenCalled();
    expect(running.stop).toHaveBeenCalledOnce();
    expect(said().err).toMatch(/A mistake of Beffroi.*a table without a row/s);
  });

  it('reloads on SIGHUP, and says what was wrong when it could not', async () => {
    const { running, signal, ended, said } = await started();
    signal('SIGHUP');
    await vi.waitFor(() => expect(said().err).toContain('Reloaded: 2 sites'), PATIENCE_MS);
    running.reload.mockResolvedValueOnce({ accepted: false, problems: ['exchange.yaml:1:1 broken'] });
    signal('SIGHUP');
    await vi.waitFor(() => expect(said().err).toMatch(/exchange\.yaml:1:1 broken.*nothing was changed/s), PATIENCE_MS);
    signal('SIGTERM');
    expect(await ended).toBe(0);
  });
});

describe('beffroi start refuses', () => {
  it('a broken configuration', async () => {
    place.edit('exchange.yaml', (text) => text.replace('realm:', 'relam:'));
    const { start } = fakeExchange();
    const { code, err } = await beffroi(['start', ...folders()], env, start);
    expect(code).toBe(1);
    expect(err).toContain('relam');
    expect(start).not.toHaveBeenCalled();
  });

  it('to start without a secret that the configuration names', async () => {
    const { start } = fakeExchange();
    const { code, err } = await beffroi(['start', ...folders()], {}, start);
    expect(code).toBe(1);
    expect(err).toContain('line 4003: the environment variable LIFT_PASSWORD is not set');
    expect(start).not.toHaveBeenCalled();
  });

  it('a data folder that is in use', async () => {
    const { signal, ended } = await started();
    const second = await beffroi(['start', ...folders()], env, fakeExchange().start);
    expect(second.code).toBe(1);
    expect(second.err).toContain(`process ${process.pid} uses this data folder`);
    signal('SIGTERM');
    await ended;
  });

  it('a busy port, and says which it is and who holds it', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as AddressInfo;
    place.edit('exchange.yaml', (text) => text.replace('http: { port: 0 }', `http: { port: ${port} }`));
    const { start } = fakeExchange();
    const { code, err } = await beffroi(['start', ...folders()], env, start);
    expect(code).toBe(1);
    expect(err).toContain(`API: port ${port} of 127.0.0.1 (tcp) is in use by process ${process.pid} (`);
    expect(start).not.toHaveBeenCalled();
    busy.close();
  });
});

describe('a door to listen on', () => {
  it('is closed when another socket holds the UDP port', async () => {
    const busy = createSocket('udp4').bind(0, '127.0.0.1');
    await once(busy, 'listening');
    const door = { address: '127.0.0.1', port: busy.address().port, purpose: 'SIP' } as const;
    expect(await closedDoors([{ ...door, transport: 'tcp' }])).toEqual([]);
    expect(await closedDoors([{ ...door, transport: 'udp' }])).toEqual([
      expect.stringContaining(`SIP: port ${door.port} of 127.0.0.1 (udp) is in use by process ${process.pid}`),
    ]);
    busy.close();
  });

  it('is closed on an address that is not this machine’s', async () => {
    const door = { address: '192.0.2.1', port: 5060, transport: 'udp', purpose: 'SIP' } as const;
    expect(await closedDoors([door])).toEqual([expect.stringContaining('not one of this machine’s')]);
  });
});
