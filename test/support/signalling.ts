import { spawn } from 'node:child_process';
import { create } from '../../src/engines/signalling/index.ts';
import { freePort, isBound, until } from './net.ts';
import type { Where } from './phone.ts';

/** A signalling engine for a test: the embedded one in this process, or a drachtio-server by the environment. */
export interface Signalling {
  readonly admin: Where;
  readonly secret: string;
  readonly udp: Where;
  readonly tcp: Where;
  /** Where it takes WebSockets. A server takes some when its command has a place for {web-port}. */
  readonly web: Where | undefined;
  stop(): Promise<void>;
}

const { BEFFROI_SIGNALLING, BEFFROI_SIGNALLING_COMMAND } = process.env;
const secret = 'secret-of-the-tests';

export const isEmbedded = BEFFROI_SIGNALLING !== 'drachtio';

/** `BEFFROI_SIGNALLING=drachtio` and `BEFFROI_SIGNALLING_COMMAND`, as for the scenarios. */
export function startSignalling(): Promise<Signalling> {
  return isEmbedded ? startEmbedded() : startServer(BEFFROI_SIGNALLING_COMMAND ?? '');
}

async function startEmbedded(): Promise<Signalling> {
  const listen = ['udp', 'tcp', 'ws'].map((transport) => ({ transport, address: '127.0.0.1', port: 0 }));
  const engine = create({ listen, admin: { address: '127.0.0.1', port: 0, secret } });
  const { admin, sip } = await engine.start();
  const at = (transport: string): Where => {
    const point = sip.find((one) => one.startsWith(`${transport}/`)) ?? '';
    return { address: '127.0.0.1', port: Number(point.slice(point.lastIndexOf(':') + 1)) };
  };
  return { admin, secret, udp: at('udp'), tcp: at('tcp'), web: at('ws'), stop: () => engine.stop() };
}

async function startServer(command: string): Promise<Signalling> {
  const address = '127.0.0.1';
  const [port, adminPort, webPort] = [await freePort(address), await freePort(address), await freePort(address)];
  const words: Record<string, string> = {
    '{address}': address,
    '{port}': String(port),
    '{admin-port}': String(adminPort),
    '{web-port}': String(webPort),
    '{secret}': secret,
    '{folder}': '/nowhere',
  };
  const text = Object.entries(words).reduce((line, [name, value]) => line.replaceAll(name, value), command);
  const server = spawn('/bin/sh', ['-c', `exec ${text}`], { stdio: 'ignore' });
  const ended = new Promise<void>((done) => server.once('exit', () => done()));
  await until('the drachtio-server listens', () => isBound(address, adminPort, 'tcp'));
  const sip = { address, port };
  return {
    admin: { address, port: adminPort },
    secret,
    udp: sip,
    tcp: sip,
    web: command.includes('{web-port}') ? { address, port: webPort } : undefined,
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
