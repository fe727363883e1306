import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Flow, TransportLimits } from '../../../src/engines/stack/flow.ts';
import type { ListenAt } from '../../../src/engines/stack/listen.ts';
import { Stack } from '../../../src/engines/stack/stack.ts';
import type { SipMessage } from '../../../src/protocol/sip/message.ts';
import { until } from '../../support/net.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

interface Listening {
  readonly port: number;
  readonly stack: Stack;
  readonly counts: Map<string, number>;
  /** Stray ACKs: what a core is shown at once, without a transaction. */
  readonly heard: { readonly message: SipMessage; readonly flow: Flow }[];
}

async function listening(door: Partial<ListenAt> = {}, limits: Partial<TransportLimits> = {}): Promise<Listening> {
  const counts = new Map<string, number>();
  const heard: Listening['heard'] = [];
  const stack = new Stack(
    {
      listen: [{ transport: 'ws', address: '127.0.0.1', port: 0, ...door }],
      limits,
      count: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    },
    {
      request: (transaction) => transaction.abandon(),
      cancel: () => undefined,
      ack: (message, flow) => void heard.push({ message, flow }),
      admit: () => 'take',
    },
  );
  await stack.start();
  opened.push({ close: () => stack.stop() });
  return { port: stack.points[0]?.port ?? 0, stack, counts, heard };
}

async function client(port: number, options: WebSocket.ClientOptions = {}, scheme = 'ws'): Promise<WebSocket> {
  const socket = new WebSocket(`${scheme}://127.0.0.1:${port}`, ['sip'], options);
  socket.on('error', () => undefined);
  opened.push({ close: () => socket.terminate() });
  await once(socket, 'open');
  return socket;
}

/** The status of the answer to a handshake that is refused. */
async function refusal(port: number, protocols: string[], options: WebSocket.ClientOptions = {}): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, protocols, options);
  socket.on('error', () => undefined);
  const [request, response] = await once(socket, 'unexpected-response');
  request.destroy();
  return response.statusCode;
}

function ack(callId: string, body = ''): string {
  return [
    'ACK sip:x@town.example SIP/2.0',
    'Via: SIP/2.0/WS browser.invalid;branch=z9hG4bKone',
    'From: <sip:4101@town.example>;tag=a',
    'To: <sip:x@town.example>;tag=b',
    `Call-ID: ${callId}`,
    'CSeq: 1 ACK',
    '',
    body,
  ].join('\r\n');
}

/** A frame as a client masks it (RFC 6455 §5.3), with a key of zeros. */
function frame(opcode: number, payload: string, isLast = true): Buffer {
  const bytes = Buffer.from(payload, 'latin1');
  const length = bytes.length < 126 ? [0x80 | bytes.length] : [0x80 | 126, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | opcode, ...length, 0, 0, 0, 0]), bytes]);
}

/** A connection that says its frames by itself, and what has come back on it. */
async function raw(port: number): Promise<{ readonly socket: Socket; text(): string }> {
  const socket = connect(port, '127.0.0.1');
  opened.push({ close: () => socket.destroy() });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  const head =
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  socket.write(`${head}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sip\r\n\r\n`);
  await until('the handshake is answered', () => text.includes('\r\n\r\n') || undefined);
  return { socket, text: () => text };
}

describe('a listener for WebSockets', () => {
  it('agrees on the subprotocol sip (RFC 7118 §4.1)', async () => {
    const { port } = await listening();
    expect((await client(port)).protocol).toBe('sip');
  });

  it('refuses with 400 who does not offer it', async () => {
    const { port, counts } = await listening();
    expect(await refusal(port, [])).toBe(400);
    expect(await refusal(port, ['msrp'])).toBe(400);
    expect(counts.get('dropped: websocket refused with 400')).toBe(2);
  });

  it('refuses with 403 a page that is not on the list, and takes one that is', async () => {
    const { port } = await listening({ origins: ['https://telephone.example'] });
    expect(await refusal(port, ['sip'], { origin: 'https://evil.example' })).toBe(403);
    const socket = await client(port, { origin: 'https://telephone.example' });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('answers 426 to a request that is no WebSocket', async () => {
    const { port } = await listening();
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(answer.status).toBe(426);
    await answer.text();
  });

  it('ends a connection that does not say in time what it wants', async () => {
    const { port } = await listening({}, { messageCompletionMs: 100 });
    const socket = connect(port, '127.0.0.1');
    opened.push({ close: () => socket.destroy() });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET / HT');
    await once(socket, 'close');
  });

  it('takes so many connections from one address and no more', async () => {
    const { port, counts, stack } = await listening({}, { connectionsPerSource: 2 });
    await client(port);
    await client(port);
    const third = connect(port, '127.0.0.1');
    third.on('error', () => undefined);
    await once(third, 'close');
    expect(counts.get('dropped: too many connections')).toBe(1);
    expect(stack.connections).toBe(2);
  });

  it('gives the place of a connection that ended to the next', async () => {
    const { port, stack } = await listening({}, { connectionsPerSource: 1 });
    const first = await client(port);
    first.close();
    await once(first, 'close');
    await until('the first has ended', () => stack.connections === 0 || undefined);
    await client(port);
  });

  it('connects to nobody', async () => {
    const { stack } = await listening();
    expect(stack.flow('ws', { address: '127.0.0.1', port: 9 })).toBeUndefined();
  });
});

describe('a listener for WebSockets behind a proxy, or with TLS of its own', () => {
  it.each([
    ['is where a proxy says', ['127.0.0.1'], '203.0.113.7'],
    ['is where it comes from, whatever it says, when it is no proxy', ['192.0.2.9'], '127.0.0.1'],
  ])('shows that a browser %s', async (_what, proxies, address) => {
    const { port, heard } = await listening({ proxies });
    const socket = await client(port, { headers: { 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' } });
    socket.send(ack('whence'));
    const { flow } = await until('it is heard', () => heard[0]);
    expect(flow.remoteAddress).toBe(address);
  });

  it.skipIf(spawnSync('openssl', ['version']).status !== 0)('speaks TLS with a certificate of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'beffroi-tls-'));
    opened.push({ close: () => rmSync(folder, { recursive: true }) });
    const [certificate, key] = [join(folder, 'tls.pem'), join(folder, 'tls.key')];
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=127.0.0.1'];
    execFileSync('openssl', ['req', '-x509', ...ec, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const { port, heard } = await listening({ transport: 'wss', certificate, key });
    const socket = await client(port, { rejectUnauthorized: false }, 'wss');
    socket.send(ack('in secret'));
    const { flow } = await until('it is heard', () => heard[0]);
    expect(flow.transport).toBe('wss');
  });

  it('refuses to start wss without a certificate', async () => {
    await expect(listening({ transport: 'wss' })).rejects.toThrow('certificate');
  });
});

describe('messages on a WebSocket', () => {
  it('are one SIP message each, whatever their Content-Length says or does not say', async () => {
    const { port, heard } = await listening();
    const socket = await client(port);
    socket.send(ack('one'));
    socket.send(ack('two', 'a body'));
    await until('both are heard', () => heard.length === 2 || undefined);
    expect(heard.map(({ message }) => message.callId)).toEqual(['one', 'two']);
    expect(heard[0]?.flow).toMatchObject({ transport: 'ws', remoteAddress: '127.0.0.1', alive: true });
  });

  it('come as text or as bytes', async () => {
    const { port, heard } = await listening();
    const socket = await client(port);
    socket.send(Buffer.from(ack('bytes', '\u00ff\u0000'), 'latin1'), { binary: true });
    socket.send(ack('text', 'é'), { binary: false });
    await until('both are heard', () => heard.length === 2 || undefined);
    expect(heard.map(({ message }) => message.body)).toEqual(['\u00ff\u0000', '\u00c3\u00a9']);
  });

  it('leave as text where they are UTF-8 and as bytes where they are not (RFC 6455 §5.6)', async () => {
    const { port, heard } = await listening();
    const socket = await client(port);
    const came: [string, boolean][] = [];
    socket.on('message', (data, isBinary) => came.push([data.toString('latin1'), isBinary]));
    socket.send(ack('x'));
    const { flow } = await until('it is heard', () => heard[0]);
    flow.send('plain \u00c3\u00a9');
    flow.send('not text \u00ff');
    await until('both came', () => came.length === 2 || undefined);
    expect(came).toEqual([
      ['plain \u00c3\u00a9', false],
      ['not text \u00ff', true],
    ]);
  });

  it('may come in several frames, with a ping between them', async () => {
    const { port, heard } = await listening();
    const { socket, text } = await raw(port);
    const whole = ack('in pieces');
    socket.write(frame(1, whole.slice(0, 40), false));
    socket.write(frame(9, 'there?'));
    socket.write(frame(0, whole.slice(40, 100), false));
    socket.write(frame(0, whole.slice(100)));
    await until('it is heard', () => heard[0]);
    expect(heard[0]?.message.callId).toBe('in pieces');
    // an unmasked pong with what the ping said (RFC 6455 §5.5.3)
    await until('the ping is answered', () => text().includes('\u008a\u0006there?') || undefined);
  });
});

describe('what comes on a WebSocket and is no message', () => {
  it.each([
    ['too long', (limit: number) => frame(1, 'x'.repeat(limit + 1)), 'dropped: message too long', 1009],
    [
      'too long in pieces',
      (limit: number) => Buffer.concat([frame(1, 'x'.repeat(limit), false), frame(0, 'xx')]),
      'dropped: message too long',
      1009,
    ],
    ['not UTF-8 in a text frame', () => frame(1, '\u00ff'), 'dropped: websocket broken', 1007],
    ['of an unknown kind', () => frame(3, 'x'), 'dropped: websocket broken', 1002],
    ['not masked', () => Buffer.from([0x81, 0x01, 0x78]), 'dropped: websocket broken', 1002],
  ])('that are %s end the connection, which is told why', async (_what, bytes, counted, code) => {
    const { port, counts, stack } = await listening({}, { messageBytes: 2000 });
    const { socket, text } = await raw(port);
    socket.write(bytes(2000));
    await once(socket, 'close');
    expect(counts.get(counted)).toBe(1);
    expect(stack.connections).toBe(0);
    expect(text()).toContain(`\u0088\u0002${String.fromCharCode(code >> 8, code & 255)}`);
  });

  it('that are no SIP are counted and passed over', async () => {
    const { port, counts, heard } = await listening();
    const socket = await client(port);
    socket.send('hello');
    socket.send(ack('after'));
    await until('the next is heard', () => heard[0]);
    expect(counts.get('dropped: not SIP')).toBe(1);
  });

  it('are not kept for ever for a client that does not read', async () => {
    const { port, heard } = await listening({}, { writeQueueBytes: 100_000 });
    const { socket } = await raw(port);
    socket.write(frame(1, ack('slow')));
    const { flow } = await until('it is heard', () => heard[0]);
    socket.pause();
    const much = 'x'.repeat(60_000);
    for (let i = 0; i < 1000 && flow.send(much); i += 1);
    expect(flow.alive).toBe(false);
    expect(flow.send('more')).toBe(false);
  });
});

describe('the life of a WebSocket', () => {
  it('goes on while the client answers pings', async () => {
    const { port, stack } = await listening({}, { pingMs: 250 });
    const socket = await client(port);
    let pings = 0;
    socket.on('ping', () => {
      pings += 1;
    });
    await until('two pings were answered', () => pings > 2 || undefined);
    expect(stack.connections).toBe(1);
  });

  it('ends when the client gives no sign of life', async () => {
    const { port, counts } = await listening({}, { pingMs: 20 });
    const socket = await client(port, { autoPong: false });
    await once(socket, 'close');
    expect(counts.get('dropped: websocket gone silent')).toBe(1);
  });

  it('ends with the listener', async () => {
    const { port, stack } = await listening();
    const socket = await client(port);
    const closed = once(socket, 'close');
    await stack.stop();
    await closed;
  });
});
