/** The command line of drachtio-server, as far as it concerns us: options win over the file, the file over defaults. */
import { parseUri } from '../../protocol/sip/uri.ts';
import type { Listen } from './options.ts';

export interface CommandLine {
  readonly file: string | undefined;
  readonly contacts: readonly string[];
  readonly external: string | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly secret: string | undefined;
  readonly loglevel: string | undefined;
  /** PEM files for wss. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly help: boolean;
  /** Arguments that were not understood; they are reported and ignored. */
  readonly ignored: readonly string[];
}

const withValue: ReadonlyMap<string, string> = new Map([
  ['-f', 'file'],
  ['--file', 'file'],
  ['-c', 'contact'],
  ['--contact', 'contact'],
  ['--external-ip', 'external'],
  ['-a', 'address'],
  ['--address', 'address'],
  ['-p', 'port'],
  ['--port', 'port'],
  ['--secret', 'secret'],
  ['-l', 'loglevel'],
  ['--loglevel', 'loglevel'],
  ['--sofia-loglevel', 'sofia'],
  ['--cert-file', 'certificate'],
  ['--key-file', 'key'],
  ['--mtu', 'mtu'],
]);

export function parseCommandLine(args: readonly string[]): CommandLine {
  const { given, ignored } = pairs(args);
  const last = (name: string): string | undefined => given.findLast(([one]) => one === name)?.[1];
  const port = Number(last('port'));
  return {
    file: last('file'),
    contacts: given.filter(([name]) => name === 'contact').map(([, value]) => value),
    external: last('external'),
    address: last('address'),
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    secret: last('secret'),
    loglevel: last('loglevel'),
    certificate: last('certificate'),
    key: last('key'),
    help: args.includes('-h') || args.includes('--help'),
    ignored,
  };
}

function pairs(args: readonly string[]): { given: [name: string, value: string][]; ignored: string[] } {
  const given: [string, string][] = [];
  const ignored: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const [word, inline] = splitAssignment(args[i] ?? '');
    const name = withValue.get(word);
    if (name === undefined) ignored.push(word);
    else given.push([name, inline ?? args[++i] ?? '']);
  }
  return { given, ignored };
}

function splitAssignment(arg: string): [string, string | undefined] {
  const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
  return equals < 0 ? [arg, undefined] : [arg.slice(0, equals), arg.slice(equals + 1)];
}

const spokenHere: ReadonlySet<string> = new Set(['udp', 'tcp', 'ws', 'wss']);

/**
 * `sip:*`, `sip:192.0.2.1:5061;transport=udp,tcp` and the like as listening points; UDP and TCP when none is named.
 * Transports we do not speak are left out and returned by name.
 */
export function parseContact(contact: string, external: string | undefined): { listen: Listen[]; unspoken: string[] } {
  const [where = '', ...params] = contact
    .trim()
    .replace(/^sips?:/, '')
    .split(';');
  const [, address = '*', port] = /^(?:[^@]*@)?([^:]*)(?::(\d+))?$/.exec(where) ?? [];
  const wanted = params.find((param) => param.startsWith('transport='))?.slice('transport='.length) ?? 'udp,tcp';
  const names = wanted.split(',').map((name) => name.trim().toLowerCase());
  const spoken = names.filter((name): name is Listen['transport'] => spokenHere.has(name));
  const listen = spoken.map((transport) => ({
    transport,
    address: address === '' ? '*' : address,
    port: port === undefined ? 5060 : Number(port),
    ...(external === undefined ? {} : { external }),
  }));
  return { listen, unspoken: names.filter((name) => !spokenHere.has(name)) };
}

/** `sip:host` of an `--external-ip` that may be a bare address or a URI. */
export function hostOf(text: string): string {
  return parseUri(text)?.host ?? text;
}
