import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { register, serve } from './calls-peers.mjs';
import { freePort, layTemplates, start, stop, until } from './lib.mjs';

/**
 * What stands between the operator who calls and the phone that answers: nothing at all, or the exchange on one of two engines.
 * Application and engine are processes of their own, so that each one's CPU time can be told from the other's.
 */

const env = { BEFFROI_ENGINE_SECRET: 'bench-engine-secret', PHONE_PASSWORD: 'bench-phone-password', NO_COLOR: '1' };

/** Nothing: SIPp calls SIPp. What it shows is how far the tools themselves go. */
export async function direct(folder) {
  const phone = { address: '127.0.0.3', port: await freePort('127.0.0.3') };
  const operator = { address: '127.0.0.2', port: await freePort('127.0.0.2') };
  const uas = await serve(phone, operator, folder);
  return { name: 'SIPp alone', operator, target: phone, processes: {}, close: () => stop(uas) };
}

/** Where the built exchange is. */
const { BEFFROI_DIST: dist = 'dist' } = process.env;
// A nursery as small as that of the engine's thread in an exchange.
const own = `exec "${process.execPath}" --max-semi-space-size=1 ${dist}/engines/signalling/main.js --address 127.0.0.1 --port {admin-port} --secret {secret} --contact "sip:{address}:{port};transport=udp,tcp" --loglevel notice`;

/** The exchange on its own signalling engine. */
export function embedded(folder, change = () => {}) {
  return withExchange('embedded engine', folder, own, change);
}

/** The same exchange on a real drachtio-server, started by a command line from the environment. */
export function onDrachtio(command) {
  return (folder) => withExchange('drachtio-server', folder, `exec ${command}`);
}

async function withExchange(name, folder, command, change = () => {}) {
  mkdirSync(folder, { recursive: true });
  const sip = { address: '127.0.0.1', port: await freePort('127.0.0.1') };
  const phone = { address: '127.0.0.3', port: await freePort('127.0.0.3') };
  const operator = { address: '127.0.0.2', port: await freePort('127.0.0.2') };
  const [adminPort, httpPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
  const engine = startEngine(command, { sip, adminPort, folder });
  const town = join(folder, 'town');
  layTemplates('bench/town', town, {
    'http-port': String(httpPort),
    'admin-port': String(adminPort),
    'operator-port': String(operator.port),
  });
  change(town);
  const words = [`${dist}/main.js`, 'start', '--config', town, '--data', join(folder, 'data')];
  const application = start(process.execPath, words, { folder, log: 'application.log', env });
  await until('the exchange is ready', () => isReady(application, httpPort));
  await register(phone, sip, env.PHONE_PASSWORD, folder);
  const uas = await serve(phone, sip, folder);
  const close = async () => {
    await stop(uas);
    await stop(application);
    await stop(engine);
  };
  const data = join(folder, 'data');
  return { name, operator, target: sip, processes: { application, engine }, town, data, close };
}

async function isReady(application, port) {
  if (!application.isRunning()) throw new Error(`the exchange did not start: see ${application.file}`);
  const reply = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  return reply?.status === 200;
}

/** `{address}` and `{port}` stand for its SIP socket, `{admin-port}`, `{secret}` and `{folder}` for what they say. */
function startEngine(command, { sip, adminPort, folder }) {
  const words = { ...sip, 'admin-port': adminPort, secret: env.BEFFROI_ENGINE_SECRET, folder };
  const text = Object.entries(words).reduce(
    (line, [name, value]) => line.replaceAll(`{${name}}`, String(value)),
    command,
  );
  return start('/bin/sh', ['-c', text], { folder, log: 'engine.log' });
}
