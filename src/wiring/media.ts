import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Exchange } from '../domain/exchange.ts';
import type { EmbeddedMedia } from '../edges/freeswitch/options.ts';
import { createMediaPool, type MediaPool } from '../edges/freeswitch/pool.ts';
import { createInThread, type ThreadEngine } from '../engines/media/thread.ts';
import type { Log } from '../telemetry/log.ts';
import type { MediaFigures } from '../telemetry/ports.ts';

/** Media as the exchange meets it: servers to talk over, whoever runs them. */
export interface Media {
  readonly pool: MediaPool;
  /** The embedded engine's own figures; undefined with a FreeSWITCH. */
  figures(): Promise<MediaFigures | undefined>;
  stop(): Promise<void>;
}

export interface MediaParts {
  readonly options: Options;
  readonly secrets: Secrets;
  /** Whose call-progress tones are heard on channels that are opened now. */
  readonly tones: () => Exchange['tones'];
  readonly log: Log;
  readonly dataDir: string;
  /** Folders whose sounds may be played. */
  readonly readable: readonly string[];
  /** The signalling engine, over which the media server is called. */
  readonly signalling: { readonly host: string; readonly port: number; readonly secret: string };
}

/** Where recordings of ours lie, in the data folder. */
export const recordingsOf = (dataDir: string): string => join(dataDir, 'recordings');

/**
 * Starts the embedded engine in a thread of its own, or names the FreeSWITCH that the configuration says, and connects. Calls
 * that need no media server never wait for it: one that is not there is tried again behind the scenes.
 */
export async function startMedia(parts: MediaParts): Promise<Media> {
  const { log, dataDir } = parts;
  const { media } = parts.options.engine;
  mkdirSync(recordingsOf(dataDir), { recursive: true, mode: 0o700 });
  const { server, figures, stop } =
    media.is === 'embedded' ? await startEmbedded(parts, media) : { ...named(parts, media), stop: async () => {} };
  const pool = createMediaPool({
    signalling: parts.signalling,
    servers: [server],
    tones: parts.tones,
    changed: (address, connected, why) =>
      connected
        ? log.info({ media: address }, 'the media server has let us in')
        : log.error(
            { media: address, why },
            'the media server is not there: nothing can be said or anchored until it is',
          ),
    warn: (says, fields) => log.warn({ ...fields }, says),
    alarm: (err) => log.error({ err }, 'what the media server said could not be handled'),
  });
  const connecting = pool.connect();
  if (media.is === 'embedded') await connecting;
  return {
    pool,
    figures,
    async stop() {
      pool.stop();
      await stop();
    },
  };
}

function named({ options, secrets, dataDir }: MediaParts, media: Options['engine']['media'] & { is: 'freeswitch' }) {
  const secret = secrets.resolve(media.secret);
  if ('missing' in secret) throw new Error(`${options.engine.media.is}: ${secret.missing}`);
  const colon = media.address.lastIndexOf(':');
  const { profile, callBack, music, freeMegabytesAtLeast } = media;
  return {
    server: {
      host: media.address.slice(0, colon),
      port: Number(media.address.slice(colon + 1)),
      secret: secret.secret,
      profile,
      music,
      recordings: media.recordings ?? recordingsOf(dataDir),
      freeMegabytesAtLeast,
      ...(callBack !== undefined && { callBack }),
    },
    figures: async () => undefined,
  };
}

/** What the configuration says of the embedded engine, in the engine's own words. */
export function soundOptions(
  { rtp, music, freeMegabytesAtLeast, channelsAtMost }: EmbeddedMedia,
  { recordings, readable }: { readonly recordings: string; readonly readable: readonly string[] },
) {
  return {
    rtp,
    folders: {
      recordings,
      alsoReadable: [...readable],
      freeFloorMegabytes: freeMegabytesAtLeast,
      ...(music !== undefined && { music }),
    },
    limits: { channels: channelsAtMost },
  };
}

const restartMs = 500;
const loopback = '127.0.0.1';

/** Its sockets for control are on loopback, behind a password that was made for this one start. */
async function startEmbedded(parts: MediaParts, media: EmbeddedMedia) {
  const { log, dataDir, readable } = parts;
  const secret = randomBytes(24).toString('base64url');
  const { freeMegabytesAtLeast } = media;
  let thread: ThreadEngine | undefined;
  let stopping = false;
  const begin = async (sipPort: number, socketPort: number) => {
    const options = {
      ...soundOptions(media, { recordings: recordingsOf(dataDir), readable }),
      sip: { address: loopback, port: sipPort },
      eventSocket: { address: loopback, port: socketPort, password: secret, callBackTo: [loopback] },
    };
    const made = createInThread(options, {
      log: (level, message, fields) => log[level]({ engine: 'media', ...fields }, message),
      onCrash: (err) => {
        // One that dies while it starts is tried again by whoever waits for the start.
        if (thread !== made) return;
        log.fatal({ err }, 'the media engine died; it is started again');
        restart();
      },
    });
    try {
      const started = await made.start();
      thread = made;
      return started;
    } catch (error) {
      await made.stop().catch(() => undefined);
      throw error;
    }
  };
  const first = await begin(0, 0);
  const restart = (): void => {
    thread = undefined;
    if (stopping) return;
    setTimeout(() => {
      begin(first.sip.port, first.eventSocket.port).catch((err: unknown) => {
        log.fatal({ err }, 'the media engine cannot be started again');
        restart();
      });
    }, restartMs);
  };
  return {
    server: {
      host: loopback,
      port: first.eventSocket.port,
      secret,
      profile: 'drachtio_mrf',
      recordings: recordingsOf(dataDir),
      freeMegabytesAtLeast,
    },
    figures: async () => thread && mediaFigures(await thread.figures()),
    async stop() {
      stopping = true;
      await thread?.stop();
    },
  };
}

function mediaFigures({ pump }: Awaited<ReturnType<ThreadEngine['figures']>>): MediaFigures {
  const { skipped, latenessP50Ms, latenessP99Ms, latenessMaxMs } = pump;
  return { framesSkipped: skipped, latenessP50Ms, latenessP99Ms, latenessMaxMs };
}
