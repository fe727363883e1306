/** Which flow a request takes (contract: transports). */
import { parseUri, type SipUri } from '../../protocol/sip/uri.ts';
import { type Flow, isWeb, type Transport } from '../stack/flow.ts';
import type { NextHop } from '../stack/resolver.ts';
import type { Exchange } from './exchange.ts';
import type { Leg } from './tables.ts';

/** A flow and the addresses to try after it, or the response the engine makes because there is none. */
export type Way =
  | { readonly flow: Flow; readonly others: readonly NextHop[] }
  | { readonly status: number; readonly reason: string };

const gone: Way = { status: 410, reason: 'Gone' };
const unresolved: Way = { status: 503, reason: 'DNS Error' };
const noFlow: Way = { status: 503, reason: 'Service Unavailable' };

/** Requests a registered phone's connection is used for. */
const toPhones: ReadonlySet<string> = new Set(['INVITE', 'OPTIONS', 'NOTIFY', 'MESSAGE']);

/** For a request outside dialogs. `then` is called at once unless a name has to be asked for. */
export function wayTo(exchange: Exchange, method: string, hop: string, then: (way: Way) => void): void {
  const remembered = toPhones.has(method) ? exchange.remembered.find(hop) : undefined;
  if (remembered !== undefined) {
    then(flowOrGone(remembered));
    return;
  }
  const uri = parseUri(hop);
  if (uri === undefined) {
    then(unresolved);
    return;
  }
  resolve(exchange, uri, exchange.stack.transportFor(uri), undefined, then);
}

/** For a request inside a dialog. */
export function wayWithin(exchange: Exchange, leg: Leg, hop: string, then: (way: Way) => void): void {
  const direct = leg.dialog.routeSet.length === 0;
  const remembered = direct ? rememberedWithin(exchange, leg, hop) : undefined;
  if (remembered !== undefined) {
    then(flowOrGone(remembered));
    return;
  }
  const uri = parseUri(hop);
  const { connection } = leg;
  if (connection?.alive && (direct || uri?.host === connection.remoteAddress)) {
    then({ flow: connection, others: [] });
    return;
  }
  if (leg.nat !== undefined && direct) {
    const flow = exchange.stack.flow('udp', leg.nat, leg.point);
    then(flow === undefined ? noFlow : { flow, others: [] });
    return;
  }
  if (uri === undefined) {
    then(unresolved);
    return;
  }
  const transport = uri.params.has('transport') ? exchange.stack.transportFor(uri) : leg.point.transport;
  resolve(exchange, uri, transport, leg, then);
}

/** A phone may have changed its connection; while the dialog's own lives, another phone's of the same user and host is none of ours. */
function rememberedWithin({ remembered }: Exchange, { connection }: Leg, hop: string): Flow | undefined {
  return connection?.alive ? remembered.findContact(hop) : remembered.find(hop);
}

function flowOrGone(flow: Flow): Way {
  return flow.alive ? { flow, others: [] } : gone;
}

function resolve(
  exchange: Exchange,
  uri: SipUri,
  transport: Transport,
  leg: Leg | undefined,
  then: (way: Way) => void,
): void {
  // RFC 7118 §5.4: without the connection it made there is no way to a browser; its host is a name nobody knows
  if (isWeb(transport)) {
    then(gone);
    return;
  }
  const choose = (hops: readonly NextHop[]): void => {
    const [first, ...others] = hops;
    const flow = first === undefined ? undefined : exchange.stack.flow(transport, first, leg?.point);
    if (first === undefined) then(unresolved);
    else then(flow === undefined ? noFlow : { flow, others });
  };
  const hops = exchange.stack.hops(uri);
  if (hops instanceof Promise) void hops.then(choose);
  else choose(hops);
}
