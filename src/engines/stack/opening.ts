/** Opening the listening addresses together, or none of them. */
import { isWeb, type ListenPoint } from './flow.ts';

/** A transport as far as its opening goes. */
export interface Door {
  readonly point: ListenPoint;
  /** Rejects with the socket's error (EADDRINUSE, EADDRNOTAVAIL). */
  start(at: ListenPoint): Promise<void>;
  stop(): Promise<void>;
}

/** A port that the kernel gave to UDP may be held over TCP by a passing client; so often another one is tried. */
const attempts = 20;

/**
 * Open them all; when one fails the others are closed again and its error is thrown.
 * Port 0 takes a free one; UDP and TCP at the same address then take the same.
 */
export async function openAll(doors: readonly Door[]): Promise<void> {
  const asked = doors.map((door) => door.point);
  const isChosen = asked.some((point) => point.port === 0);
  for (let left = attempts; ; left -= 1) {
    try {
      return await openEach(doors, asked);
    } catch (error) {
      await Promise.all(doors.map((door) => door.stop()));
      if (!isChosen || left === 1 || !isTaken(error)) throw error;
    }
  }
}

async function openEach(doors: readonly Door[], asked: readonly ListenPoint[]): Promise<void> {
  const taken = new Map<string, number>();
  for (const [at, door] of doors.entries()) {
    const point = asked[at] as ListenPoint;
    const isAlone = point.port !== 0 || isWeb(point.transport);
    await door.start(isAlone ? point : { ...point, port: taken.get(point.address) ?? 0 });
    if (!isAlone) taken.set(point.address, door.point.port);
  }
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
