import type { AddressInfo, Server } from 'node:net';
import type { ListenPoint } from './flow.ts';

/** Listens there, alone. Gives the place with the port it came to be; rejects with the socket's error. */
export async function listenAt<Point extends Pick<ListenPoint, 'address' | 'port' | 'advertisedPort'>>(
  server: Pick<Server, 'once' | 'off' | 'on' | 'listen' | 'address'>,
  point: Point,
  troubled: () => void,
): Promise<Point> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: point.address, port: point.port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', troubled);
  const { port } = server.address() as AddressInfo;
  return { ...point, port, advertisedPort: point.advertisedPort === 0 ? port : point.advertisedPort };
}
