import type { Caller, Diversion, Facts, IncomingCall, Source } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { SiteId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Line } from '../domain/line.ts';
import type { E164, Extension, ShortNumber } from '../domain/numbers.ts';
import type { Trunk } from '../domain/trunk.ts';
import { numberingOf, toE164 } from './numbering.ts';
import { trunkAt } from './sources.ts';
import { ownerOfExtension } from './town-numbers.ts';

/** What would happen if `from` dialled `to`? */
export interface Question {
  /**
   * A line by its id, extension or public number; an extension of the IPBX; an outside number, which comes by the first
   * operator trunk; a trunk, alone or with the number it tells of (`ipbx:7012`, `operator:+33639980001`); or an IPv4 address.
   */
  readonly from: string;
  readonly to: string;
  /** The call of `from` has been answered by this line, which transfers it to `to`. */
  readonly transferredBy?: string;
  /** `from` may then be a short number of this site. */
  readonly site?: string;
  readonly at: Instant;
  readonly withheld?: boolean;
  readonly diversions?: readonly Diversion[];
  readonly maxForwards?: number;
  /** What differs from a quiet exchange, in which all is alive and every line has a phone. */
  readonly facts?: Partial<Facts>;
}

/** The call that the question is about, as the edge would bring it, and how `from` was read. */
export interface Asked {
  readonly call: IncomingCall;
  readonly read: string;
}

/** Reads the question. Total: who cannot be found calls as a stranger. */
export function callOf(question: Question, config: Config): Asked {
  const { read, ...who } = whoIs(question.from.trim(), question.site, config);
  const { to, at, withheld, diversions, maxForwards } = question;
  const call: IncomingCall = {
    id: 'explain',
    receivedAt: at,
    dialled: to.trim(),
    withheld: withheld ?? false,
    diversions: diversions ?? [],
    maxForwards: maxForwards ?? 70,
    ...who,
  };
  return { call, read };
}

/** What the question names and the configuration does not know. A call of a stranger is asked for by an address. */
export function unknownIn(question: Question, config: Config): readonly Unknown[] {
  const { from, site, transferredBy } = question;
  const unknown: Unknown[] = [];
  if (site !== undefined && !config.sites.has(site as SiteId)) unknown.push({ option: 'site', value: site });
  if (whoIs(from.trim(), site, config).source === NOWHERE) unknown.push({ option: 'from', value: from });
  if (transferredBy !== undefined && transferorOf(question, config) === undefined)
    unknown.push({ option: 'transferred-by', value: transferredBy });
  return unknown;
}

export interface Unknown {
  readonly option: 'from' | 'site' | 'transferred-by';
  readonly value: string;
}

/** The facts of the question: a quiet exchange, but for what it says. */
export function factsOf({ at, facts }: Question): Facts {
  return { at, hops: 0, chance: 0, calls: 0, contacts: new Map(), trunks: new Map(), siteCalls: new Map(), ...facts };
}

/** The line that transfers the call of the question; `undefined`: none does, or there is no such line. */
export function transferorOf({ transferredBy, site }: Question, config: Config): Caller | undefined {
  const line = transferredBy === undefined ? undefined : lineNamed(transferredBy.trim(), site, config);
  const of = line && config.sites.get(line.site);
  return line && of && { is: 'line', line, site: of };
}

interface Who extends Pick<IncomingCall, 'source' | 'claims'> {
  readonly read: string;
}

/** RFC 5737: an address that is nobody's. */
const NOWHERE: Source = { address: '203.0.113.1', port: 5060, transport: 'udp' };
const SOME_PHONE: Source = { address: '203.0.113.2', port: 5060, transport: 'udp' };

function whoIs(from: string, site: string | undefined, config: Config): Who {
  const line = lineNamed(from, site, config);
  if (line !== undefined) return asLine(line);
  const [name = '', ...rest] = from.split(':');
  const trunk = [...config.trunks.values()].find(({ id }) => id === name);
  if (trunk !== undefined) return asTrunk(trunk, rest.join(':') || 'anonymous', config);
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return asAddress(name, Number(rest[0] ?? 5060));
  const owner = ownerOfExtension(from, config);
  const ipbx = owner?.is === 'ipbx' ? config.trunks.get(owner.trunk) : undefined;
  if (ipbx !== undefined) return asTrunk(ipbx, from, config);
  const operator = [...config.trunks.values()].find(({ role }) => role === 'operator');
  const number = toE164(from, numberingOf(config));
  if (number !== undefined && operator !== undefined) return asTrunk(operator, number, config);
  return { source: NOWHERE, claims: { from }, read: `${from} is nobody we know: a stranger` };
}

function lineNamed(from: string, site: string | undefined, config: Config): Line | undefined {
  const lines = config.lines as ReadonlyMap<string, Line>;
  const short = site === undefined ? undefined : config.byShortNumber.get(site as SiteId)?.get(from as ShortNumber);
  if (short !== undefined) return lines.get(short);
  const named = lines.get(from);
  if (named !== undefined) return named;
  const number = toE164(from, numberingOf(config));
  const owner = config.byExtension.get(from as Extension) ?? config.byDid.get(number ?? ('' as E164));
  return owner?.is === 'line' ? lines.get(owner.line) : undefined;
}

function asLine(line: Line): Who {
  return {
    source: SOME_PHONE,
    claims: { from: line.id, proved: line.id },
    read: `line ${line.id} (${line.name}) of ${line.site}, with its password`,
  };
}

function asTrunk(trunk: Trunk, number: string, config: Config): Who {
  return {
    source: sourceOf(trunk, config),
    claims: { from: number, ...(number !== 'anonymous' && { asserted: number }) },
    read: `trunk ${trunk.id} (${trunk.name}), which tells of ${number === 'anonymous' ? 'no number' : number}`,
  };
}

function asAddress(address: string, port: number): Who {
  return {
    source: { address, port, transport: 'udp' },
    claims: { from: 'anonymous' },
    read: `address ${address}, which tells of no number`,
  };
}

/** An address that is this trunk's and not that of one with a smaller network inside. */
function sourceOf(trunk: Trunk, config: Config): Source {
  const sources = trunk.sources.map(({ network, port }): Source => {
    const address = [24, 16, 8, 0].map((bits) => (network >>> bits) & 255).join('.');
    return { address, port: port ?? 5060, transport: 'udp' };
  });
  const own = sources.find(({ address, port }) => trunkAt(address, port, config)?.trunk === trunk);
  return own ?? sources[0] ?? NOWHERE;
}
