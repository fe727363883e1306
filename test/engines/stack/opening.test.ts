import { describe, expect, it } from 'vitest';
import type { ListenPoint } from '../../../src/engines/stack/flow.ts';
import { listenPoints } from '../../../src/engines/stack/listen.ts';
import { type Door, openAll } from '../../../src/engines/stack/opening.ts';

/** Port 0 becomes the first of these; whatever is held is refused as a socket refuses it. */
function door(transport: 'udp' | 'tcp', port: number, gives: number[], held: readonly number[] = []): Door {
  const [point] = listenPoints([{ transport, address: '127.0.0.1', port }]) as [ListenPoint];
  let open: ListenPoint | undefined;
  return {
    get point() {
      return open ?? point;
    },
    async start(at) {
      const own = at.port === 0 ? (gives.shift() ?? 0) : at.port;
      if (held.includes(own)) throw Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
      open = { ...at, port: own };
    },
    async stop() {
      open = undefined;
    },
  };
}

describe('the listening addresses', () => {
  it('take another free port when the one that UDP got is held over TCP', async () => {
    const [udp, tcp] = [door('udp', 0, [41_828, 41_830, 41_832]), door('tcp', 0, [], [41_828, 41_830])];
    await openAll([udp, tcp]);
    expect([udp.point.port, tcp.point.port]).toEqual([41_832, 41_832]);
  });

  it('are all closed again when one of the ports that were asked for is held', async () => {
    const [udp, tcp] = [door('udp', 5060, []), door('tcp', 5061, [], [5061])];
    const stopped: string[] = [];
    const told = (one: Door): Door => ({
      point: one.point,
      start: one.start,
      stop: async () => void stopped.push(one.point.transport),
    });
    await expect(openAll([told(udp), told(tcp)])).rejects.toThrow('in use');
    expect(stopped).toEqual(['udp', 'tcp']);
  });

  it('are given up in the end when no port can be had', async () => {
    const udp = door('udp', 0, []);
    await expect(openAll([udp, door('tcp', 0, [], [0])])).rejects.toThrow('in use');
  });
});
