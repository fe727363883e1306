import { fileURLToPath } from 'node:url';
import { decide } from '../src/decide/decide-call.ts';
import type { Facts, IncomingCall, Source } from '../src/domain/call.ts';
import type { Config } from '../src/domain/config.ts';
import type { Line } from '../src/domain/line.ts';
import type { Trunk } from '../src/domain/trunk.ts';
import { buildConfig, type TownFiles } from '../test/support/build-config.ts';

/** What was measured: decisions of the pure core, on one thread. */
export interface Measured {
  readonly lines: number;
  readonly decisions: number;
  /** Of processor time: what one core does that has nothing else to do. */
  readonly perSecond: number;
  /** Of the clock on the wall, on this machine as it was. */
  readonly perSecondOnTheWall: number;
  readonly p50us: number;
  readonly p99us: number;
}

/** Decides calls of every kind in turn for about `seconds`, after a warm-up of a tenth of that. */
export function measure(config: Config, seconds: number): Measured {
  const calls = mixOfCalls(config, 10_000);
  const factsFor = quietFacts(config);
  run(calls, config, factsFor, seconds / 10);
  return {
    lines: config.lines.size,
    ...run(calls, config, factsFor, seconds),
    ...percentiles(calls, config, factsFor),
  };
}

/** A town of `lines` lines at sites of a thousand each, with overlapping short numbers and an IPBX block. */
export function townOf(lines: number): Config {
  const sites = Array.from({ length: Math.ceil(lines / LINES_A_SITE) }, (_, at) => at);
  return buildConfig({
    exchange: {
      name: 'Grande ville',
      realm: 'telephonie.example',
      extensions: { digits: 5, didPrefix: '+331990' },
      rights: {
        internal: ['internal'],
        standard: ['internal', 'local', 'national', 'mobile'],
        all: ['internal', 'local', 'national', 'mobile', 'international', 'premium'],
      },
      dialPlans: {
        town: [
          { match: '[1-6]xxxx', to: 'extension' },
          { match: '9[0-4]xxx', to: 'extension' },
          { match: '0.', to: 'outside', strip: 1 },
          { match: '00.', to: 'outside', strip: 1 },
          { match: '08[129].', to: 'refuse' },
          { match: '3[01]xx', to: 'outside' },
          { match: '*.', to: 'feature' },
          { match: '#.', to: 'feature' },
        ],
      },
      callsAtMost: 10_000,
    },
    sites: Object.fromEntries(
      sites.map((at) => [`site-${at}`, siteOf(at, Math.min(LINES_A_SITE, lines - at * LINES_A_SITE))]),
    ),
    trunks,
    services: {
      standard: {
        name: 'Standard',
        site: 'site-0',
        numbers: ['+33199080000'],
        members: ['10000', '10001', '90001'],
        overflow: [{ to: 'goodbye' }],
      },
    },
  });
}

const LINES_A_SITE = 1000;

const trunks: TownFiles['trunks'] = {
  operator: {
    name: 'Opérateur',
    role: 'operator',
    targets: [{ host: '192.0.2.10' }, { host: '192.0.2.11' }, { host: '192.0.2.12', priority: 20 }],
    sources: ['192.0.2.0/28'],
    channels: 2000,
  },
  backup: {
    name: 'Secours',
    role: 'operator',
    targets: [{ host: '198.51.100.5' }],
    sources: ['198.51.100.5'],
    numbers: { sent: 'national', received: 'national' },
    mayShow: [{ from: '+33199010000', to: '+33199069999' }],
    otherwiseShow: '+33199010000',
    channels: 500,
  },
  ipbx: {
    name: 'IPBX',
    role: 'ipbx',
    ipbx: {
      site: 'site-0',
      blocks: [{ from: '90000', to: '94999' }],
      rights: ['internal', 'local', 'national', 'mobile'],
    },
    targets: [{ host: '10.20.0.5' }],
    sources: ['10.20.0.5'],
    numbers: { sent: 'extension', received: 'extension' },
    channels: 300,
  },
};

function siteOf(at: number, lines: number): TownFiles['sites'][string] {
  const first = 10_000 + at * LINES_A_SITE;
  return {
    name: `Site ${at}`,
    kind: 'other',
    timeZone: 'Europe/Paris',
    address: { street: `${at} rue Longue`, postcode: '94999', commune: 'Grande ville', insee: '94999' },
    mainNumber: `+331990${first}`,
    emergency: { number: `+331990${first}` },
    outsideLine: { prefix: '0', trunks: ['operator', 'backup'], localArea: ['+33353'] },
    shortNumbers: { digits: 3 },
    dialPlan: {
      use: 'town',
      rules: [
        { match: '2xx', to: 'short-number' },
        { match: '9', to: 'extension', strip: 1, prepend: `${first}` },
      ],
    },
    rights: { default: 'standard' },
    lines: Array.from({ length: lines }, (_, row) => ({
      extension: `${first + row}`,
      did: `+331990${first + row}`,
      name: `Poste ${first + row}`,
      ...(row < 100 && { short: `${200 + row}` }),
    })),
  };
}

/** Half inside the town, a fifth from outside, a quarter to outside, and the odd call for help or abroad. Any town will do. */
function mixOfCalls(config: Config, count: number): readonly IncomingCall[] {
  const lines = [...config.lines.values()];
  const dids = [...config.byDid.keys()];
  const [block] = config.blocks;
  const operator = addressOf(config, 'operator');
  const ipbx = addressOf(config, 'ipbx');
  const pick = <T>(all: readonly T[], at: number): T => all[(at * 7919) % all.length] as T;
  const inside = (at: number): IncomingCall => fromLine(pick(lines, at), pick(lines, at * 31 + 1).extension);
  const outside =
    (number: string) =>
    (at: number): IncomingCall => {
      const line = pick(lines, at);
      return fromLine(line, `${config.sites.get(line.site)?.outsideLine.prefix}${number}`);
    };
  const short = (at: number): IncomingCall => {
    const line = pick(lines, at);
    const [number = line.extension] = config.byShortNumber.get(line.site)?.keys() ?? [];
    return fromLine(line, number);
  };
  const kinds: readonly ((at: number) => IncomingCall)[] = [
    ...Array.from({ length: 8 }, () => inside),
    (at) => fromLine(pick(lines, at), block?.from ?? '9999'),
    short,
    ...Array.from({ length: 4 }, () => (at: number) => fromTrunk(operator, '+33639980001', pick(dids, at))),
    (at) => fromTrunk(ipbx, block?.to ?? '', pick(lines, at).extension),
    outside('0261910050'),
    outside('0639980001'),
    outside('0353010203'),
    outside('004930123456'),
    outside('15'),
  ];
  return Array.from({ length: count }, (_, at) => pick(kinds, at)(at));
}

function fromLine({ id }: Line, dialled: string): IncomingCall {
  return incoming({ address: '203.0.113.9', port: 5060, transport: 'udp' }, dialled, { from: id, proved: id });
}

function fromTrunk(source: Source | undefined, from: string, dialled: string): IncomingCall {
  return incoming(source ?? { address: '', port: 5060, transport: 'udp' }, dialled, { from, asserted: from });
}

/** Each property by itself, as the edge does: a copy of another call would have a hidden class of its own. */
function incoming(source: Source, dialled: string, claims: IncomingCall['claims']): IncomingCall {
  return {
    id: 'bench',
    receivedAt: 0,
    source,
    dialled,
    claims,
    withheld: false,
    diversions: [],
    maxForwards: 70,
  };
}

function addressOf(config: Config, role: Trunk['role']): Source | undefined {
  const source = [...config.trunks.values()].find((trunk) => trunk.role === role)?.sources[0];
  if (source === undefined) return undefined;
  const address = [24, 16, 8, 0].map((bits) => (source.network >>> bits) & 255).join('.');
  return { address, port: source.port ?? 5060, transport: 'udp' };
}

/** What a live exchange would hand in: its own counts, one registered phone a line, a new number of chance each time. */
function quietFacts(config: Config): () => Facts {
  const contacts = new Map([...config.lines.keys()].map((id) => [id, 1]));
  const trunkFacts = new Map(
    [...config.trunks.values()].map(({ id, targets }) => [id, { channelsInUse: 3, alive: targets.map(() => true) }]),
  );
  const siteCalls = new Map([...config.sites.keys()].map((id) => [id, 2]));
  let turn = 0;
  return () => {
    turn = (turn + 1) % 1000;
    return { at: 0, hops: 0, chance: turn / 1000, calls: 50, contacts, trunks: trunkFacts, siteCalls };
  };
}

type Run = Pick<Measured, 'decisions' | 'perSecond' | 'perSecondOnTheWall'>;

function run(calls: readonly IncomingCall[], config: Config, factsFor: () => Facts, seconds: number): Run {
  const start = performance.now();
  const used = process.cpuUsage();
  let decisions = 0;
  while (performance.now() < start + seconds * 1000) {
    for (const one of calls) decide(one, config, factsFor);
    decisions += calls.length;
  }
  const { user, system } = process.cpuUsage(used);
  const wallMs = performance.now() - start;
  return {
    decisions,
    perSecond: Math.round((decisions / (user + system)) * 1_000_000),
    perSecondOnTheWall: Math.round((decisions / wallMs) * 1000),
  };
}

function percentiles(
  calls: readonly IncomingCall[],
  config: Config,
  factsFor: () => Facts,
): { p50us: number; p99us: number } {
  const took = calls.map((one) => {
    const start = performance.now();
    decide(one, config, factsFor);
    return (performance.now() - start) * 1000;
  });
  took.sort((a, b) => a - b);
  const at = (part: number): number => Math.round((took[Math.floor(took.length * part)] ?? 0) * 10) / 10;
  return { p50us: at(0.5), p99us: at(0.99) };
}

/** `node decide.bench.js [lines] [seconds]`, compiled. */
function main(): void {
  const [lines = '50000', seconds = '3'] = process.argv.slice(2);
  const measured = measure(townOf(Number(lines)), Number(seconds));
  const { perSecond, perSecondOnTheWall, p50us, p99us } = measured;
  process.stdout.write(
    `${measured.lines} lines: ${perSecond} decisions/s of processor time, ${perSecondOnTheWall}/s on the wall; ` +
      `${(1_000_000 / perSecond).toFixed(1)} µs each (p50 ${p50us} µs, p99 ${p99us} µs)\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
