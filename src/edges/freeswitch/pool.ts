import type { MediaServers } from '../../call/media/ports.ts';
import type { ToneCountry } from '../../protocol/audio/tone-names.ts';
import type { ServerAddress } from './knock.ts';
import { MediaServer } from './server.ts';
import { createSignalling, type SignallingAddress } from './signalling.ts';

/** The media servers of an exchange: one today; each new end goes to the one that carries the fewest. */
export interface MediaPool extends MediaServers {
  /** Channels of ours, over all servers. */
  readonly channels: number;
  /** Connects to each, and goes on trying behind the scenes. Settles after the first try; never rejects. */
  connect(): Promise<void>;
  /** Ends every channel. */
  stop(): void;
}

export interface PoolOptions {
  readonly signalling: SignallingAddress;
  readonly servers: readonly PoolServer[];
  /** Whose call-progress tones are heard on channels that are opened now. */
  readonly tones: () => ToneCountry;
  readonly changed: (server: string, connected: boolean, why: string) => void;
  readonly warn: (says: string, fields?: Readonly<Record<string, string>>) => void;
  readonly alarm: (error: unknown) => void;
}

export interface PoolServer extends ServerAddress {
  readonly recordings: string;
  /** Its stream with the music on hold; `default` unless given. */
  readonly music?: string;
  readonly callBack?: string;
  /** Nothing is recorded while less is free where recordings go. */
  readonly freeMegabytesAtLeast: number;
}

export function createMediaPool(options: PoolOptions): MediaPool {
  const { warn, alarm, changed, tones } = options;
  const signalling = createSignalling(options.signalling, alarm);
  const servers = options.servers.map(
    (server) =>
      new MediaServer({
        ...server,
        signalling,
        tones,
        warn,
        alarm,
        changed: (connected, why) => changed(`${server.host}:${server.port}`, connected, why),
      }),
  );
  return {
    get connected() {
      return servers.some(({ connected }) => connected);
    },
    get channels() {
      return servers.reduce((sum, { channels }) => sum + channels, 0);
    },
    async connect() {
      signalling.open();
      await Promise.all(servers.map((server) => server.open()));
    },
    async open(wish) {
      const willing = servers.filter(({ connected }) => connected).sort((a, b) => a.channels - b.channels);
      for (const server of willing) {
        const end = await server.end(wish);
        if (end !== undefined) return end;
      }
      return undefined;
    },
    stop() {
      for (const server of servers) server.stop();
      signalling.close();
    },
  };
}
