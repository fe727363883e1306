import { createSocket } from 'node:dgram';
import { type Socket as Connection, createServer } from 'node:net';
import { until } from './net.ts';
import type { Socket } from './sipp.ts';

/**
 * Stands in for the trunks while the exchange starts: it answers the first OPTIONS to each target and leaves. The peers that are
 * played afterwards then get calls and nothing else, since the towns ask again only after an hour.
 */
export interface Doorman {
  /** Settles when every place was asked, and has left its socket. */
  leave(): Promise<void>;
}

export async function startDoorman(places: readonly Socket[]): Promise<Doorman> {
  const posts = await Promise.all(places.map(standAt));
  return {
    leave: async () => {
      await until('every trunk was asked how it is', () => posts.every((post) => post.wasAsked()));
      await Promise.all(posts.map((post) => post.leave()));
    },
  };
}

interface Post {
  wasAsked(): boolean;
  leave(): Promise<void>;
}

async function standAt({ address, port }: Socket): Promise<Post> {
  let asked = false;
  const reply = (request: string): string | undefined => {
    if (!request.startsWith('OPTIONS ')) return undefined;
    asked = true;
    return answerTo(request);
  };
  const connections = new Set<Connection>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => connection.destroy());
    connection.on('data', (bytes) => {
      const answer = reply(bytes.toString('latin1'));
      if (answer !== undefined) connection.write(answer);
    });
  });
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const answer = reply(bytes.toString('latin1'));
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((done) => server.listen(port, address, done));
  await new Promise<void>((done) => socket.bind(port, address, done));
  return {
    wasAsked: () => asked,
    leave: async () => {
      for (const connection of connections) connection.destroy();
      await new Promise<void>((done) => server.close(() => done()));
      await new Promise<void>((done) => socket.close(done));
    },
  };
}

function answerTo(request: string): string {
  const header = (name: string) => new RegExp(`^${name}:.*$`, 'im').exec(request)?.[0] ?? '';
  const kept = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => header(name).trimEnd());
  return [
    'SIP/2.0 200 OK',
    ...kept.map((line) => (line.startsWith('To') ? `${line};tag=doorman` : line)),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
