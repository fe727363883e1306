import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMediaPool, type MediaPool } from '../../src/edges/freeswitch/pool.ts';
import { create } from '../../src/engines/media/index.ts';
import { until } from './net.ts';
import type { Signalling } from './signalling.ts';

/** A media server for a test: the embedded engine in this process, or a FreeSWITCH that runs already, by the environment. */
export interface MediaForTests {
  readonly pool: MediaPool;
  /** Sounds may be played from here, and recordings go here. */
  readonly folder: string;
  readonly warnings: readonly string[];
  /** Channels on the server, ours or not; undefined where it cannot be asked. */
  channels(): number | undefined;
  /** The server dies; it comes back on the same ports by what is given back. */
  lose(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/**
 * `BEFFROI_MEDIA=freeswitch` with `BEFFROI_MEDIA_ADDRESS` (host:port of the event socket) and `BEFFROI_MEDIA_PASSWORD`. Its SIP profile
 * must be reachable from the signalling engine of the tests, on loopback.
 */
const { BEFFROI_MEDIA, BEFFROI_MEDIA_ADDRESS = '127.0.0.1:8021', BEFFROI_MEDIA_PASSWORD = 'ClueCon' } = process.env;

export const isEmbeddedMedia = BEFFROI_MEDIA !== 'freeswitch';

export interface MediaWishes {
  readonly freeMegabytesAtLeast?: number;
  readonly tones?: 'fr' | 'eu' | 'us';
}

export async function startMedia(
  signalling: Pick<Signalling, 'admin' | 'secret'>,
  { freeMegabytesAtLeast = 256, tones = 'fr' }: MediaWishes = {},
): Promise<MediaForTests> {
  const folder = await mkdtemp(join(tmpdir(), 'beffroi-media-'));
  const password = isEmbeddedMedia ? 'password-of-the-tests' : BEFFROI_MEDIA_PASSWORD;
  const options = (port: number, sipPort: number) => ({
    sip: { address: '127.0.0.1', port: sipPort },
    eventSocket: { address: '127.0.0.1', port, password },
    rtp: { address: '127.0.0.1', advertised: '127.0.0.1', restSeconds: 1 },
    folders: { sounds: [folder], recordings: folder, freeFloorMegabytes: freeMegabytesAtLeast },
  });
  let engine = isEmbeddedMedia ? create(options(0, 0)) : undefined;
  const started = await engine?.start();
  const [host = '', port = ''] = BEFFROI_MEDIA_ADDRESS.split(':');
  const warnings: string[] = [];
  const pool = createMediaPool({
    signalling: { host: signalling.admin.address, port: signalling.admin.port, secret: signalling.secret },
    servers: [
      {
        host: started?.eventSocket.address ?? host,
        port: started?.eventSocket.port ?? Number(port),
        secret: password,
        profile: 'drachtio_mrf',
        recordings: folder,
        freeMegabytesAtLeast,
      },
    ],
    tones: () => tones,
    changed: (_server, connected, why) => void warnings.push(connected ? 'connected' : `lost: ${why}`),
    warn: (says, fields) => void warnings.push(`${says} ${JSON.stringify(fields ?? {})}`),
    alarm: (error) => void warnings.push(String(error)),
  });
  await pool.connect();
  await until('the media server is connected', () => pool.connected);
  return {
    pool,
    folder,
    warnings,
    channels: () => engine?.figures().channels,
    async lose() {
      const at = started;
      await engine?.stop();
      return async () => {
        engine = create(options(at?.eventSocket.port ?? 0, at?.sip.port ?? 0));
        await engine.start();
      };
    },
    async stop() {
      pool.stop();
      await until('no channel is left', () => (engine?.figures().channels ?? 0) === 0, 5_000);
      await engine?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
