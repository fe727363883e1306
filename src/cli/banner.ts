import type { LoadedTown } from '../config/load.ts';
import { explainCall } from '../decide/explain.ts';
import type { Config } from '../domain/config.ts';
import type { Line } from '../domain/line.ts';
import type { Painter } from './paint.ts';
import type { Running } from './ports.ts';

/** `12 sites, 214 lines, 3 services, 2 trunks` */
export function townText({ sites, lines, services, trunks }: Config): string {
  const counted = [
    [sites.size, 'site'],
    [lines.size, 'line'],
    [services.size, 'service'],
    [trunks.size, 'trunk'],
  ] as const;
  return counted.map(([count, noun]) => `${count} ${noun}${count === 1 ? '' : 's'}`).join(', ');
}

interface Started {
  readonly town: LoadedTown;
  readonly running: Pick<Running, 'url' | 'sip'>;
  readonly version: string;
  readonly configDir: string;
  readonly dataDir: string;
  readonly now: number;
}

/** What is printed once calls are taken: what was loaded, where it listens, and what to try first. */
export function banner({ town, running, version, configDir, dataDir, now }: Started, paint: Painter): string {
  const { config, options } = town;
  const { strong } = paint;
  const engine = options.engine.signalling;
  const row = (name: string, ...values: readonly string[]) =>
    values.map((value, index) => `  ${(index === 0 ? name : '').padEnd(10)} ${value}`);
  return [
    '',
    `${strong(`Beffroi ${version}`)}  ${config.exchange.name}`,
    '',
    ...row('loaded', `${townText(config)} from ${configDir} (${config.version.digest})`),
    ...row('SIP', ...running.sip),
    ...row('engine', engine.is === 'embedded' ? 'embedded' : `drachtio-server at ${engine.address}`),
    ...row('API', `${running.url}/api (token: ${tokenText(town)})`),
    ...row('health', `${running.url}/healthz, ${running.url}/readyz`),
    ...row('metrics', `${running.url}/metrics`),
    ...row('data', dataDir),
    '',
    ...firstSteps(config, running.sip, now, paint),
    'Ctrl-C drains and stops; a second one ends at once. "npx beffroi reload" or SIGHUP reads the configuration anew.',
    '',
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function tokenText({ options }: LoadedTown): string {
  const { token } = options.http;
  if ('env' in token) return `$${token.env}`;
  return `secrets/${'file' in token ? token.file : token.generated} of the data folder`;
}

/** Two softphones, and what to dial between them and beyond. Nothing where the town has not two lines. */
function firstSteps(
  config: Config,
  sip: readonly string[],
  now: number,
  { strong, faint }: Painter,
): readonly string[] {
  const [one, other] = twoLines(config);
  if (one === undefined || other === undefined) return [];
  const address = sip[0]?.replace(/^\w+\//, '') ?? 'the drachtio-server';
  const web = sip.find((point) => point.startsWith('ws'))?.replace('/', '://');
  const account = (line: Line) =>
    `  ${line.id.padEnd(10)} user ${line.id}, domain ${config.exchange.realm}, ${faint(line.name)}`;
  return [
    strong('Register two softphones'),
    account(one),
    account(other),
    `  ${'proxy'.padEnd(10)} ${address} (also called registrar or outbound proxy), UDP or TCP`,
    ...(web === undefined ? [] : [`  ${'browsers'.padEnd(10)} ${web}, SIP over WebSocket`]),
    `  ${'passwords'.padEnd(10)} npx beffroi password ${one.id}    npx beffroi password ${other.id}`,
    '',
    strong(`Then dial from ${one.id}`),
    ...thingsToDial(config, one, other, now).map(([digits, what]) => `  ${digits.padEnd(14)} ${what}`),
    `  ${faint(`why it goes there: npx beffroi explain --from ${one.id} --to ${other.extension}`)}`,
    '',
  ];
}

/** Two of one site, softphones when it has them, phones otherwise. */
function twoLines({ lines }: Config): readonly Line[] {
  const all = [...lines.values()];
  const softphones = all.filter(({ kind }) => kind === 'softphone');
  const phones = all.filter(({ kind }) => kind === 'phone');
  const first = softphones[0] ?? phones[0];
  const others = [...softphones, ...phones].filter((line) => line !== first);
  const other = others.find(({ site }) => site === first?.site) ?? others[0];
  return [first, other].filter((line) => line !== undefined);
}

/** Numbers of fiction (Arcep), each asked of the very decision: what leads nowhere is not offered. */
function thingsToDial(config: Config, one: Line, other: Line, now: number): readonly (readonly [string, string])[] {
  const site = config.sites.get(one.site);
  const prefix = site?.outsideLine.prefix ?? '';
  const service = [...config.services.values()].find(({ extension }) => extension !== undefined);
  const onIpbx = config.blocks[0];
  const offered: readonly (readonly [string | undefined, string])[] = [
    [other.extension, `${other.name}, on the other softphone`],
    [service?.extension, `the hotline ${service?.name}`],
    [onIpbx?.from, 'an extension of the IPBX'],
    [`${prefix}0639980142`, 'a mobile, through the operator’s trunk'],
    ['112', `the emergency services, who are shown ${site?.emergency.number}`],
  ];
  return offered.flatMap(([digits, what]) => {
    if (digits === undefined) return [];
    const { next } = explainCall({ from: one.id, to: digits, at: now }, config);
    return next.do === 'refuse' ? [] : [[digits, what] as const];
  });
}
