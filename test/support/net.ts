import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Below the range the kernel picks ephemeral ports from, so that no passing client can take one of ours. */
const LOWEST = 12_000;
const HIGHEST = 31_000;
const handedOut = new Set<number>();

/** A port that nobody holds on this address, over UDP and over TCP. Each port is handed out once in this process. */
export async function freePort(address: string): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if ((await takesUdp(address, port)) && (await takesTcp(address, port))) return port;
  }
  throw new Error(`no free port on ${address}`);
}

/** An even port with the three after it free as well: audio and video, RTP and RTCP. */
export function freeMediaPort(address: string): Promise<number> {
  return freeRun(address, 4);
}

/** The first, even one of so many ports in a row that nobody holds over UDP. */
export async function freeRun(address: string, length: number): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const first = LOWEST + 2 * Math.floor((Math.random() * (HIGHEST - LOWEST)) / 2);
    const run = Array.from({ length }, (_, at) => first + at);
    if (run.some((port) => handedOut.has(port))) continue;
    for (const port of run) handedOut.add(port);
    const free = await Promise.all(run.map((port) => takesUdp(address, port)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${length} free ports in a row on ${address}`);
}

/** How long and how often a condition is looked at; what takes time to look at is looked at less often. */
export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** Settles when the condition holds; rejects with `what` when it does not within the time. The condition is looked at often. */
export async function until<T>(
  what: string | (() => string),
  condition: () => T | Promise<T>,
  patience: number | Patience = {},
): Promise<NonNullable<T>> {
  const { withinMs = 30_000, everyMs = 15 } = typeof patience === 'number' ? { withinMs: patience } : patience;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > deadline) {
      throw new Error(`after ${withinMs} ms still not: ${typeof what === 'string' ? what : what()}`);
    }
    await pause(everyMs);
  }
}

/** Is a socket bound (UDP) or listening (TCP) there? Read from the kernel's own table, so nothing is sent. */
export async function isBound(address: string, port: number, transport: 'udp' | 'tcp'): Promise<boolean> {
  const table = await readFile(`/proc/net/${transport}`, 'latin1');
  const local = `${hexAddress(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const any = local.replace(/^[^:]*/, '00000000');
  return table.split('\n').some((row) => {
    const [, bound, , state] = row.trim().split(/\s+/);
    return (bound === local || bound === any) && (transport === 'udp' || state === '0A');
  });
}

/** One datagram, from anywhere on the address it goes to. */
export async function sendDatagram(text: string, address: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((done, failed) => {
    socket.send(text, port, address, (problem) => (problem ? failed(problem) : done()));
  }).finally(() => socket.close());
}

/** The kernel writes the four bytes of an address as one little-endian number. */
function hexAddress(address: string): string {
  return address
    .split('.')
    .reverse()
    .map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, '0'))
    .join('');
}

function takesUdp(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((done) => {
    socket.once('error', () => done(false));
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => done(true)));
  });
}

function takesTcp(address: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((done) => {
    server.once('error', () => done(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => done(true)));
  });
}
