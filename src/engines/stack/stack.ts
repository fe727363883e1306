/** A SIP stack: transports, the transaction layer, and the way from a URI to a flow. Both engines stand on it. */
import type { Limits } from '../../protocol/sip/message.ts';
import { bookTimers, type TimerValues } from '../../protocol/sip/transaction/timers.ts';
import { isIpv6Reference, type SipUri } from '../../protocol/sip/uri.ts';
import {
  type Counter,
  defaultLimits,
  type Flow,
  isWeb,
  type ListenPoint,
  type Receiver,
  type Transport,
  type TransportLimits,
} from './flow.ts';
import { choosePoint, type ListenAt, listenPoints } from './listen.ts';
import { openAll } from './opening.ts';
import { type NextHop, Resolver } from './resolver.ts';
import { type Now, TimerWheel } from './timer-wheel.ts';
import { type Core, Transactions } from './transactions.ts';
import { TcpTransport } from './transport-tcp.ts';
import { UdpTransport } from './transport-udp.ts';
import { WebTransport } from './transport-web.ts';

export interface StackOptions {
  readonly listen: readonly ListenAt[];
  readonly timers?: Partial<TimerValues>;
  readonly limits?: Partial<TransportLimits & Limits & { readonly transactions: number }>;
  readonly count?: Counter;
  readonly now?: Now;
  /** Told of an error of our own that a message or a timer brought out; nothing is thrown into a socket's handler. */
  readonly fault?: (error: unknown) => void;
}

/** Why there is no way to a target. */
export type NoWay = 'no such transport' | 'no address';

export class Stack implements Receiver {
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly transactions: Transactions;
  readonly resolver: Resolver;
  readonly count: Counter;
  readonly #transports: readonly (UdpTransport | TcpTransport | WebTransport)[];
  readonly #core: Core & { closed?(flow: Flow): void };
  readonly #fault: (error: unknown) => void;
  #points: readonly ListenPoint[] = [];

  constructor(options: StackOptions, core: Core & { closed?(flow: Flow): void }) {
    const limits = { ...defaultLimits, maxHeaders: 100, transactions: 100_000, ...options.limits };
    this.count = options.count ?? (() => undefined);
    this.timers = { ...bookTimers, ...options.timers };
    // a twentieth of T1 is fine enough, and seldom enough not to be felt when the house is quiet
    const tickMs = Math.min(Math.max(this.timers.t1 / 20, 1), 25);
    this.#fault = options.fault ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error)));
    this.wheel = new TimerWheel(tickMs, options.now, this.#fault);
    this.resolver = new Resolver(options.now);
    this.#core = core;
    this.transactions = new Transactions(
      {
        wheel: this.wheel,
        timers: this.timers,
        limits: { maxHeaders: limits.maxHeaders },
        count: this.count,
        maxTransactions: limits.transactions,
        probe: (flow) => this.#probe(flow),
      },
      core,
    );
    this.#transports = listenPoints(options.listen).map((point) => {
      if (isWeb(point.transport)) return new WebTransport(point, this, limits, this.count);
      return point.transport === 'udp'
        ? new UdpTransport(point, this, limits, this.count)
        : new TcpTransport(point, this, limits, this.count);
    });
  }

  get points(): readonly ListenPoint[] {
    return this.#points;
  }

  get connections(): number {
    return this.#transports.reduce((sum, one) => sum + (one instanceof UdpTransport ? 0 : one.connections), 0);
  }

  /** Bind every listening address; when one fails the others are released and the error is thrown. */
  async start(): Promise<void> {
    try {
      await openAll(this.#transports);
    } catch (error) {
      this.transactions.stop();
      throw error;
    }
    this.#points = this.#transports.map((transport) => transport.point);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.stop()));
    this.transactions.stop();
  }

  /** Is this one of our own addresses? Requests are never sent there. */
  isOwn(address: string, port: number): boolean {
    return this.#points.some(
      (point) =>
        (point.address === address && point.port === port) ||
        (point.advertisedAddress === address && point.advertisedPort === port),
    );
  }

  /** Addresses a URI leads to, at once where nothing has to be asked. */
  hops(uri: SipUri): readonly NextHop[] | Promise<readonly NextHop[]> {
    const transport = transportOf(uri);
    return this.resolver.known(uri.host, uri.port, transport) ?? this.resolver.ask(uri.host, uri.port, transport);
  }

  /** Do we listen with what this URI asks for? A phone behind a TLS proxy says wss where the proxy says ws to us, or the reverse. */
  speaks(uri: SipUri): boolean {
    if (uri.scheme === 'sips' || isIpv6Reference(uri.host)) return false;
    const wanted = uri.params.get('transport')?.toLowerCase();
    if (wanted === undefined) return true;
    return this.#points.some(({ transport }) => transport === wanted || (isWeb(wanted) && isWeb(transport)));
  }

  /** The flow to an address, from `prefer` when its transport fits; undefined when no point has that transport. */
  flow(transport: string, hop: NextHop, prefer?: ListenPoint): Flow | undefined {
    const point = prefer?.transport === transport ? prefer : choosePoint(this.#points, transport, hop.address);
    const index = point === undefined ? -1 : this.#points.indexOf(point);
    return this.#transports[index]?.flowTo(hop.address, hop.port);
  }

  /** The point a request would leave from when nothing is known of its target. */
  anyPoint(transport: string): ListenPoint | undefined {
    return this.#points.find((point) => point.transport === transport) ?? this.#points[0];
  }

  /** `transport=` of the URI; else UDP where we have it. */
  transportFor(uri: SipUri): Transport {
    const wanted = transportOf(uri);
    if (wanted === 'tcp' || wanted === 'ws' || wanted === 'wss') return wanted;
    if (uri.params.has('transport')) return 'udp';
    return this.#points.some((point) => point.transport === 'udp') ? 'udp' : 'tcp';
  }

  message(text: string, flow: Flow): void {
    try {
      this.transactions.receive(text, flow);
    } catch (error) {
      this.#fault(error);
    }
  }

  broken(text: string, flow: Flow, why: string): void {
    this.count(`dropped: ${why}`);
    this.message(text, flow);
  }

  closed(flow: Flow): void {
    try {
      this.transactions.closed(flow);
      this.#core.closed?.(flow);
    } catch (error) {
      this.#fault(error);
    }
  }

  refused(address: string, port: number): void {
    this.transactions.refused(address, port);
  }

  #probe(flow: Flow): void {
    const index = this.#points.indexOf(flow.point);
    const transport = this.#transports[index];
    if (transport instanceof UdpTransport) transport.probe(flow.remoteAddress, flow.remotePort);
  }
}

function transportOf(uri: SipUri): string {
  return uri.params.get('transport')?.toLowerCase() ?? 'udp';
}
