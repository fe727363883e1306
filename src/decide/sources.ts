import type { Source as CallSource } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import { remember } from '../domain/remember.ts';
import type { Source, Trunk } from '../domain/trunk.ts';

/**
 * Which trunk an address belongs to: the smallest network that holds it wins, and in it a source that names the port.
 * `index` is the place in the trunk's `sources`, for people.
 */
export function trunkAt(address: string, port: number, config: Config): TrunkSource | undefined {
  const number = ipv4(address);
  if (number === undefined) return undefined;
  for (const { mask, networks } of indexOf(config.trunks)) {
    const here = networks.get((number & mask) >>> 0);
    const found = here?.find(({ source }) => source.port === undefined || source.port === port);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Which trunk a request came from. What came by WebSocket is no trunk's: a page that is open on a trunk's host could reach us
 * from the address that is believed (RFC 6455 §10.2), and behind a proxy everybody has the proxy's.
 */
export function trunkOf({ address, port, transport }: CallSource, config: Config): TrunkSource | undefined {
  return transport === 'ws' || transport === 'wss' ? undefined : trunkAt(address, port, config);
}

export interface TrunkSource {
  readonly trunk: Trunk;
  readonly source: Source;
  readonly index: number;
}

interface NetworksOfOneSize {
  readonly mask: number;
  readonly networks: ReadonlyMap<number, readonly TrunkSource[]>;
}

/** Small networks first, so the first hit is the most specific one. */
const indexOf = remember((trunks: Config['trunks']): readonly NetworksOfOneSize[] => {
  const sizes = new Map<number, Map<number, TrunkSource[]>>();
  for (const trunk of trunks.values()) {
    trunk.sources.forEach((source, index) => {
      const mask = source.mask >>> 0;
      const networks = sizes.get(mask) ?? new Map<number, TrunkSource[]>();
      const network = (source.network & mask) >>> 0;
      networks.set(network, [...(networks.get(network) ?? []), { trunk, source, index }]);
      sizes.set(mask, networks);
    });
  }
  for (const networks of sizes.values()) {
    for (const here of networks.values()) here.sort((a, b) => portFirst(a.source) - portFirst(b.source));
  }
  return [...sizes].sort(([a], [b]) => b - a).map(([mask, networks]) => ({ mask, networks }));
});

function portFirst(source: Source): number {
  return source.port === undefined ? 1 : 0;
}

const MAPPED = '::ffff:';
const ADDRESS_AT_MOST = 15;

/** Dotted decimal as a number; an IPv4 address inside IPv6 counts (RFC 4291 §2.5.5.2). Anything else is no address of a trunk. */
function ipv4(address: string): number | undefined {
  const from = address.startsWith(MAPPED) ? MAPPED.length : 0;
  if (address.length - from > ADDRESS_AT_MOST) return undefined;
  let whole = 0;
  let at = from;
  for (let part = 0; part < 4; part += 1) {
    const dot = part === 3 ? address.length : address.indexOf('.', at);
    const value = octet(address, at, dot);
    if (value === undefined) return undefined;
    whole = whole * 256 + value;
    at = dot + 1;
  }
  return whole;
}

const ZERO = 48;

function octet(address: string, from: number, to: number): number | undefined {
  if (to <= from || to - from > 3) return undefined;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = address.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value > 255 ? undefined : value;
}
