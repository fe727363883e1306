import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, it } from 'vitest';
import { MediaSocket } from '../../../src/engines/media/media-socket.ts';
import { PortPool } from '../../../src/engines/media/port-pool.ts';
import { Arrivals } from './support/await-value.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function phone(): Promise<{ readonly socket: Socket; readonly port: number; readonly heard: Arrivals<string> }> {
  const socket = createSocket('udp4');
  open.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  const heard = new Arrivals<string>();
  socket.on('message', (packet) => heard.add(packet.toString()));
  return { socket, port: socket.address().port, heard };
}

async function engineSocket(address = '127.0.0.1') {
  const from = 10_000 + (process.pid % 200) * 100;
  const pool = new PortPool({ from, to: from + 99, restMs: 0, chance: Math.random });
  const heard = new Arrivals<string>();
  const receiver = { rtp: (packet: Buffer) => heard.add(packet.toString()), rtcp: () => undefined };
  const socket = await MediaSocket.open(address, pool, receiver, 0);
  if (socket === undefined) throw new Error('no port');
  open.push(socket);
  return { socket, heard };
}

it('hears, once it is tied, the one peer and nobody else; and everybody again when it is untied', async () => {
  const [peer, stranger] = [await phone(), await phone()];
  const { socket, heard } = await engineSocket();
  socket.tie('127.0.0.1', peer.port);
  stranger.socket.send('injected', socket.port, '127.0.0.1');
  peer.socket.send('speech', socket.port, '127.0.0.1');
  await heard.next((text) => text === 'speech', 'speech');
  expect(heard.all).toEqual(['speech']);
  socket.untie();
  stranger.socket.send('moved here', socket.port, '127.0.0.1');
  await heard.next((text) => text === 'moved here', 'moved here');
});

it('sends the packet, not what lies behind it, tied or not', async () => {
  const peer = await phone();
  const { socket } = await engineSocket();
  const packet = Buffer.from('onetwothree');
  socket.sendRtp(packet, 3, '127.0.0.1', peer.port);
  await peer.heard.next((text) => text === 'one', 'one');
  socket.tie('127.0.0.1', peer.port);
  socket.sendRtp(packet, 6, '127.0.0.1', peer.port);
  await peer.heard.next((text) => text === 'onetwo', 'onetwo');
  socket.sendRtp(packet, 11, '127.0.0.1', peer.port);
  await peer.heard.next((text) => text === 'onetwothree', 'onetwothree');
});

it('that has no particular address is never tied: the peer may know us by another one', async () => {
  const [peer, other] = [await phone(), await phone()];
  const { socket, heard } = await engineSocket('0.0.0.0');
  socket.tie('127.0.0.1', peer.port);
  other.socket.send('still heard', socket.port, '127.0.0.1');
  await heard.next((text) => text === 'still heard', 'still heard');
});
