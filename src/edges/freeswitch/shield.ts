import type { Socket } from 'node:net';
import type { EslLink, WireEmitter } from './library.ts';

/**
 * The library reads event sockets in their data events, and throws there on what it does not understand, which would end the process.
 * A connection that carries such a thing is closed instead. It also writes each line by itself: without Nagle's algorithm
 * one command takes a frame of the server, with it three.
 */
export function shieldLink({ socket }: EslLink, alarm: (error: unknown) => void): void {
  if (socket === null) return;
  socket.setNoDelay(true);
  cork(socket);
  const listeners = socket.listeners('data') as ((data: Buffer) => void)[];
  socket.removeAllListeners('data');
  socket.on('data', (data: Buffer) => {
    try {
      for (const listener of listeners) listener(data);
    } catch (error) {
      alarm(error);
      socket.destroy();
    }
  });
}

/** The same for frames of the signalling engine. */
export function shieldWire(wire: WireEmitter, alarm: (error: unknown) => void): void {
  const listeners = wire.listeners('msg');
  wire.removeAllListeners('msg');
  wire.on('msg', (socket, message) => {
    try {
      for (const listener of listeners) listener(socket, message);
    } catch (error) {
      alarm(error);
    }
  });
}

/** The lines of one turn of the event loop go out together. */
function cork(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let isCorked = false;
  socket.write = ((...args: unknown[]) => {
    if (!isCorked && !socket.destroyed) {
      isCorked = true;
      socket.cork();
      process.nextTick(() => {
        isCorked = false;
        socket.uncork();
      });
    }
    return write(...args);
  }) as Socket['write'];
}
