import { createSocket } from 'node:dgram';
import type { Socket } from './sipp.ts';

/**
 * An IPBX that is set up wrongly: it sends every call back to where it came from, under the same number.
 * `proxy`: with its own Via on top, as a stateless proxy does (RFC 3261 §16.11). `b2bua`: as a call of its own, with another Call-ID,
 * so that nothing but the route tells it is the same.
 */
export interface Reflector {
  /** Datagrams it has handled, both ways. */
  count(): number;
  stop(): Promise<void>;
}

export type Disguise = 'proxy' | 'b2bua';

/** A loop that is not found must not fill the machine. */
const DATAGRAMS_AT_MOST = 5_000;
const AGAIN = '-again';

export async function startReflector(at: Socket, exchange: Socket, disguise: Disguise): Promise<Reflector> {
  const socket = createSocket('udp4');
  const vias = new Map<string, string>();
  let handled = 0;
  socket.on('message', (datagram) => {
    handled += 1;
    if (handled > DATAGRAMS_AT_MOST) return;
    const message = datagram.toString('latin1');
    const answer = message.startsWith('SIP/2.0 ')
      ? backwards(message, vias, disguise)
      : forwards(message, at, vias, disguise);
    if (answer !== undefined) socket.send(Buffer.from(answer, 'latin1'), exchange.port, exchange.address);
  });
  await new Promise<void>((done) => socket.bind(at.port, at.address, done));
  return { count: () => handled, stop: () => new Promise((done) => socket.close(() => done())) };
}

function forwards(request: string, at: Socket, vias: Map<string, string>, disguise: Disguise): string {
  const via = /^Via:.*$/im.exec(request)?.[0] ?? '';
  const branch = `${/branch=([^;,\s]+)/.exec(via)?.[1] ?? 'z9hG4bK'}r`;
  const own = `Via: SIP/2.0/UDP ${at.address}:${at.port};branch=${branch}`;
  vias.set(branch, via);
  const hops = request.replace(
    /^Max-Forwards: *(\d+)/im,
    (_, left: string) => `Max-Forwards: ${Math.max(0, Number(left) - 1)}`,
  );
  if (disguise === 'proxy') return hops.replace(via, `${own}\r\n${via}`);
  return hops.replace(via, own).replace(/^(Call-ID: *\S+)/im, `$1${AGAIN}`);
}

function backwards(response: string, vias: Map<string, string>, disguise: Disguise): string | undefined {
  const own = /^Via:.*\r\n/im.exec(response)?.[0] ?? '';
  const via = vias.get(/branch=([^;,\s]+)/.exec(own)?.[1] ?? '');
  if (via === undefined) return undefined;
  if (disguise === 'proxy') return response.replace(own, '');
  return response.replace(own, `${via}\r\n`).replace(new RegExp(`^(Call-ID: *\\S+)${AGAIN}`, 'im'), '$1');
}
