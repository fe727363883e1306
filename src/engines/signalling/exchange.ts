/** What every part of the engine works on: the stack, the tables and the applications, plus a few words they share. */
import type { Meta } from '../../protocol/drachtio/indication.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { type Counter, type Flow, type ListenPoint, reliable, type Transport } from '../stack/flow.ts';
import type { ServerTransaction } from '../stack/server-transaction.ts';
import type { Stack } from '../stack/stack.ts';
import { Timer } from '../stack/timer-wheel.ts';
import type { Applications } from './applications.ts';
import type { Log, SignallingOptions } from './options.ts';
import type { RememberedFlows } from './remembered-flows.ts';
import type { Leg, Legs, Received, Sent } from './tables.ts';

export interface Exchange {
  readonly options: SignallingOptions;
  readonly stack: Stack;
  readonly apps: Applications;
  readonly legs: Legs;
  readonly received: Map<string, Received>;
  /** The same by server transaction, for CANCEL. */
  readonly byTransaction: Map<ServerTransaction, Received>;
  readonly sent: Map<string, Sent>;
  readonly remembered: RememberedFlows;
  readonly count: Counter;
  readonly log: Log;
  /** An error of our own: counted, logged, survived. */
  fault(error: unknown): void;
  /** Ids of the frames we send. */
  frameId(): string;
  nextCSeq(): number;
  /** Index a SIP message under the configured limits. */
  read(text: string): SipMessage | undefined;
  /** A session timer fired; set where the parts are put together, for refreshing needs everything else. */
  sessionDue(leg: Leg): void;
}

let instant = 0;
let instantText = '';

/** UTC `HH:MM:SS.uuuuuu`. */
export function clockText(): string {
  const now = Date.now();
  if (now !== instant) {
    instant = now;
    const seconds = Math.floor(now / 1000);
    const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    instantText = `${clock}.${String(1000 + (now % 1000)).slice(1)}000`;
  }
  return instantText;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** Meta of what came in on a flow, or went out to a peer as a response. */
export function peerMeta(source: Meta['source'], size: number, flow: Flow): Meta {
  const { transport, remoteAddress, remotePort } = flow;
  return { source, size, protocol: onTheWire(transport), address: remoteAddress, port: remotePort, time: clockText() };
}

/** A drachtio-server calls a WebSocket by what it runs over (contract: meta6); the Via tells. */
function onTheWire(transport: Transport): string {
  if (transport === 'ws') return 'tcp';
  return transport === 'wss' ? 'tls' : transport;
}

/** Meta of a request that went out: our own address over UDP, the peer's over a connection. */
export function sentMeta(size: number, flow: Flow): Meta {
  if (reliable(flow)) return peerMeta('application', size, flow);
  const { address, port } = flow.point;
  return { source: 'application', size, protocol: 'udp', address, port, time: clockText() };
}

/** Meta of a response the engine made itself. */
export function localMeta(): Meta {
  return { source: 'network', size: 0, protocol: 'udp', address: '', port: 0, time: clockText() };
}

/** `address:port` as peers see it. */
export function authority(point: ListenPoint): string {
  return `${point.advertisedAddress}:${point.advertisedPort}`;
}

/** Our own Contact at a listening point; no transport parameter for UDP. */
export function ownContact(point: ListenPoint): string {
  return `<sip:${authority(point)}${point.transport === 'udp' ? '' : `;transport=${point.transport}`}>`;
}

const viaNames = { udp: 'UDP', tcp: 'TCP', ws: 'WS', wss: 'WSS' } as const;

export function viaOf(point: ListenPoint, branch: string): string {
  return `SIP/2.0/${viaNames[point.transport]} ${authority(point)};rport;branch=${branch}`;
}

/** Remove a dialog from the tables and stop everything that runs for it. */
export function endLeg(exchange: Exchange, leg: Leg): void {
  exchange.legs.remove(leg);
  leg.dialog.state = 'ended';
  leg.answer?.repeater.handle('dialog ended');
  if (leg.session !== undefined) exchange.stack.wheel.disarm(leg.session.timer);
  leg.session = undefined;
}

/** A request from the network is done with: nobody may answer it any more. */
export function endReceived(exchange: Exchange, received: Received): void {
  exchange.received.delete(received.id);
  exchange.byTransaction.delete(received.transaction);
  exchange.stack.wheel.disarm(received.patience);
  received.reliable?.unacknowledged?.repeater.handle('dialog ended');
  if (received.leg?.asked === received) received.leg.asked = undefined;
  if (received.leg !== undefined && received.transaction.request.method === 'UPDATE') received.leg.updating = false;
}

export function endSent(exchange: Exchange, sent: Sent): void {
  exchange.sent.delete(sent.id);
  exchange.stack.wheel.disarm(sent.patience);
  if (sent.leg?.asking === sent) sent.leg.asking = undefined;
}

/** Run `then` once after `ms`, on the shared wheel. */
export function after(exchange: Exchange, ms: number, then: () => void): Timer {
  const timer = new Timer(then);
  exchange.stack.wheel.arm(timer, ms);
  return timer;
}
