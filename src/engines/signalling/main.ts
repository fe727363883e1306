/** The signalling engine as a process of its own, started like a drachtio-server; runs until SIGTERM or SIGINT. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { type CommandLine, hostOf, parseCommandLine, parseContact } from './command-line.ts';
import { type FromFile, readDrachtioXml } from './drachtio-xml.ts';
import { create } from './index.ts';
import type { Listen, Log, LogLevel } from './options.ts';

// Short pauses rather than little memory (docs/adr/0018): young objects are collected by the thread they belong to, old ones when there are four times as many.
setFlagsFromString('--no-parallel-scavenge');
setFlagsFromString('--heap-growing-percent=300');

const usage = `usage: main [-f FILE] [--contact "sip:ADDRESS:PORT;transport=udp,tcp"]… [--external-ip ADDRESS]
            [--address ADMIN-ADDRESS] [--port ADMIN-PORT] [--secret SECRET] [--loglevel LEVEL]
            [--cert-file FILE --key-file FILE]
Transports are udp, tcp, ws and wss; wss needs the two files. ADDRESS may be * for every address that is not loopback. The secret may stand in DRACHTIO_SECRET.
`;

const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

async function main(): Promise<void> {
  const line = parseCommandLine(process.argv.slice(2));
  if (line.help) {
    process.stdout.write(usage);
    return;
  }
  const file = line.file === undefined ? undefined : readDrachtioXml(readFileSync(line.file, 'utf8'));
  const log = logAt(line.loglevel ?? file?.loglevel ?? 'info');
  const external = line.external === undefined ? undefined : hostOf(line.external);
  const contacts = line.contacts.length > 0 ? line.contacts.map((contact) => ({ contact, external })) : file?.contacts;
  const parsed = (contacts ?? [{ contact: 'sip:*', external }]).map((one) => parseContact(one.contact, one.external));
  for (const name of parsed.flatMap((one) => one.unspoken)) log('warn', 'transport not spoken here', { name });
  for (const name of file?.unsupported ?? []) log('warn', 'setting not supported here', { name });
  const { DRACHTIO_SECRET } = process.env;
  const secret = line.secret ?? DRACHTIO_SECRET ?? file?.admin.secret;
  const engine = create(
    {
      listen: parsed.flatMap((one) => one.listen).map((one) => withTls(one, line)),
      admin: {
        address: line.address ?? file?.admin.address ?? '127.0.0.1',
        port: line.port ?? file?.admin.port ?? 9022,
        secret,
      },
      ...fromFile(file),
    },
    log,
  );
  const { admin, sip } = await engine.start();
  log('info', `applications at ${admin.address}:${admin.port}, SIP at ${sip.join(', ')}`);
  const stop = (): void => {
    void engine.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** A certificate is named once, for whatever listens with TLS. */
function withTls(listen: Listen, { certificate, key }: CommandLine): Listen {
  if (listen.transport !== 'wss' || certificate === undefined || key === undefined) return listen;
  return { ...listen, certificate, key };
}

function fromFile(file: FromFile | undefined): object {
  if (file === undefined) return {};
  const any = file.scanners?.byHeader.get('*') ?? [];
  const of = (name: string): string[] => [...(file.scanners?.byHeader.get(name) ?? []), ...any];
  const scanners = file.scanners && {
    action: file.scanners.action,
    userAgent: of('user-agent'),
    to: of('to'),
    from: of('from'),
  };
  return {
    ...(scanners === undefined ? {} : { scanners }),
    ...(file.sessionRefresher === undefined ? {} : { sessionRefresher: file.sessionRefresher }),
    optionsAnsweredFor: file.optionsAnsweredFor,
  };
}

function logAt(level: string): Log {
  const name = level === 'notice' ? 'info' : level === 'warning' ? 'warn' : level;
  const most = Math.max(levels.indexOf(name as LogLevel), 0);
  return (at, message, fields) => {
    if (levels.indexOf(at) > most) return;
    const more = fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
    process.stdout.write(`${new Date().toISOString()} ${at} ${message}${more}\n`);
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
