/** Where a SIP URI leads: RFC 3263 with SRV and A records, IPv4 only. Answers are kept; an old one beats none. */

import { promises as dns } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIpv4 } from '../../protocol/sip/uri.ts';
import type { Now } from './timer-wheel.ts';

export interface NextHop {
  readonly address: string;
  readonly port: number;
}

interface Kept {
  readonly hops: readonly NextHop[];
  readonly until: number;
}

const keepMs = { good: 60_000, bad: 5_000 };
const maxKept = 2048;

export class Resolver {
  readonly #dns = new dns.Resolver({ timeout: 2000, tries: 2 });
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<readonly NextHop[]>>();
  readonly #now: Now;

  constructor(now: Now = () => performance.now()) {
    this.#now = now;
  }

  /** At once when the host is an IPv4 literal or its answer is kept; undefined: it must be asked. */
  known(host: string, port: number | undefined, transport: string): readonly NextHop[] | undefined {
    if (isIpv4(host)) return [{ address: host, port: port ?? 5060 }];
    const kept = this.#kept.get(keyOf(host, port, transport));
    return kept !== undefined && kept.until > this.#now() ? kept.hops : undefined;
  }

  /** Targets in the order to try them; empty when the name leads nowhere. Never rejects. */
  async ask(host: string, port: number | undefined, transport: string): Promise<readonly NextHop[]> {
    const key = keyOf(host, port, transport);
    const running = this.#asking.get(key);
    if (running !== undefined) return running;
    const asking = this.#find(host, port, transport).then((hops) => this.#keep(key, hops));
    this.#asking.set(key, asking);
    try {
      return await asking;
    } finally {
      this.#asking.delete(key);
    }
  }

  #keep(key: string, hops: readonly NextHop[]): readonly NextHop[] {
    const before = this.#kept.get(key);
    const best = hops.length === 0 && before !== undefined ? before.hops : hops;
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(key, { hops: best, until: this.#now() + (hops.length === 0 ? keepMs.bad : keepMs.good) });
    return best;
  }

  async #find(host: string, port: number | undefined, transport: string): Promise<readonly NextHop[]> {
    // RFC 3263 §4.2: an explicit port means no SRV
    if (port !== undefined) return this.#addresses(host, port);
    const [services, plain] = await Promise.all([this.#services(host, transport), this.#addresses(host, 5060)]);
    return services.length > 0 ? services : plain;
  }

  async #services(host: string, transport: string): Promise<readonly NextHop[]> {
    try {
      const records = await this.#dns.resolveSrv(`_sip._${transport}.${host}`);
      const ordered = inOrder(records.slice(0, 16));
      const found = await Promise.all(ordered.map((record) => this.#addresses(record.name, record.port)));
      return found.flat();
    } catch {
      return [];
    }
  }

  async #addresses(host: string, port: number): Promise<readonly NextHop[]> {
    if (isIpv4(host)) return [{ address: host, port }];
    try {
      // the system's resolver first: it knows /etc/hosts
      const found = await lookup(host, { family: 4, all: true });
      return found.slice(0, 16).map(({ address }) => ({ address, port }));
    } catch {
      return [];
    }
  }
}

function keyOf(host: string, port: number | undefined, transport: string): string {
  return `${host}|${port ?? ''}|${transport}`;
}

interface Service {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** RFC 2782: lowest priority first; within one, drawn by weight. */
function inOrder(records: readonly Service[]): Service[] {
  const drawn = records.map((record) => ({
    record,
    lot: -Math.log(1 - Math.random()) / Math.max(record.weight, 0.01),
  }));
  drawn.sort((a, b) => a.record.priority - b.record.priority || a.lot - b.lot);
  return drawn.map(({ record }) => record);
}
