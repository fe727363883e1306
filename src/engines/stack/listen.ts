/** Listening addresses: from options to {@link ListenPoint}s, and which of them suits a target. */
import { networkInterfaces } from 'node:os';
import type { ListenPoint, Transport, WebDoor } from './flow.ts';

export interface ListenAt extends WebDoor {
  readonly transport: Transport;
  /** An IPv4 address, or `*` for every one that is not loopback. */
  readonly address: string;
  readonly port: number;
  /** What peers are told instead of the bound address. */
  readonly external?: string | undefined;
}

export function listenPoints(wanted: readonly ListenAt[]): ListenPoint[] {
  const masks = interfaceMasks();
  return wanted.flatMap((one) => {
    const addresses = one.address === '*' ? outside(masks) : [one.address];
    return addresses.map((address) => ({
      transport: one.transport,
      address,
      port: one.port,
      advertisedAddress: one.external ?? address,
      advertisedPort: one.port,
      mask: masks.get(address) ?? 0xffffffff,
      web: { origins: one.origins, proxies: one.proxies, certificate: one.certificate, key: one.key },
    }));
  });
}

/**
 * The point a new request to `target` leaves from: same network first, then the longest common address prefix, then one
 * with an external address; loopback last, unless the target is loopback.
 */
export function choosePoint(
  points: readonly ListenPoint[],
  transport: string,
  target: string,
): ListenPoint | undefined {
  const fitting = points.filter((point) => point.transport === transport);
  if (fitting.length < 2) return fitting[0];
  let best: ListenPoint | undefined;
  let bestScore = -1;
  for (const point of fitting) {
    const score = suits(point, target);
    if (score <= bestScore) continue;
    best = point;
    bestScore = score;
  }
  return best;
}

function suits(point: ListenPoint, target: string): number {
  const own = toNumber(point.address);
  const other = toNumber(target);
  const common = Math.clz32((own ^ other) >>> 0);
  const sameNetwork = ((own ^ other) & point.mask) === 0 ? 64 : 0;
  const loopback = point.address.startsWith('127.');
  if (loopback) return target.startsWith('127.') ? 128 + common : 0;
  return 1 + sameNetwork + common + (point.advertisedAddress === point.address ? 0 : 0.5);
}

function toNumber(address: string): number {
  const parts = address.split('.');
  return parts.reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}

function interfaceMasks(): Map<string, number> {
  const masks = new Map<string, number>();
  for (const addresses of Object.values(networkInterfaces()))
    for (const one of addresses ?? []) if (one.family === 'IPv4') masks.set(one.address, toNumber(one.netmask));
  return masks;
}

function outside(masks: ReadonlyMap<string, number>): string[] {
  return [...masks.keys()].filter((address) => !address.startsWith('127.'));
}
