import { afterAll, afterEach, beforeAll } from 'vitest';
import type { MediaEnd, VoiceParty } from '../../src/call/media/ports.ts';
import type { GoneReason } from '../../src/call/ports.ts';
import { RtpPeer } from '../engines/media/support/rtp-peer.ts';
import { type MediaForTests, type MediaWishes, startMedia } from './media.ts';
import { until } from './net.ts';
import { type Signalling, startSignalling } from './signalling.ts';

/** A telephone's sound and our end of it, with no call around them. */
export interface Somebody {
  readonly end: MediaEnd;
  readonly peer: RtpPeer;
  readonly party: VoiceParty;
  leave(why?: GoneReason): void;
}

export interface MediaRoom {
  readonly media: MediaForTests;
  /** Closed after the test, with everything else. */
  keep(end: MediaEnd | undefined): MediaEnd;
  peer(): Promise<RtpPeer>;
  somebody(): Promise<Somebody>;
}

/** Both engines for the tests of one file. After each test no channel may be left. */
export function mediaRoom(wishes: MediaWishes = {}): MediaRoom {
  let signalling: Signalling;
  let media: MediaForTests;
  const peers: RtpPeer[] = [];
  const ends: MediaEnd[] = [];
  beforeAll(async () => {
    signalling = await startSignalling();
    media = await startMedia(signalling, wishes);
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) end.close();
    for (const peer of peers.splice(0)) peer.close();
    await until('every channel is gone', () => (media.channels() ?? 0) === 0);
  });
  afterAll(async () => {
    await media.stop();
    await signalling.stop();
  });
  const keep = (end: MediaEnd | undefined): MediaEnd => {
    if (end === undefined) throw new Error(`no end: ${media.warnings.join('; ')}`);
    ends.push(end);
    return end;
  };
  const peer = async (): Promise<RtpPeer> => {
    const opened = await RtpPeer.open();
    peers.push(opened);
    return opened;
  };
  return {
    get media() {
      return media;
    },
    keep,
    peer,
    async somebody() {
      const opened = await peer();
      const end = keep(await media.pool.open({ offer: offer(opened.port) }));
      opened.sendTo(portOf(end.sdp));
      opened.saySilence();
      const gone = new AbortController();
      const party = { gone: gone.signal, hangUp: () => undefined };
      return { end, peer: opened, party, leave: (why = 'hung up') => gone.abort(why) };
    },
  };
}

export const offer = (port: number, more = ''): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8 101\r\n` +
  `a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n${more}`;

export const portOf = (sdp: string): number => Number(/m=audio (\d+)/.exec(sdp)?.[1]);

/** Anything but silence. */
export const hears = (peer: RtpPeer): boolean => peer.samples('PCMA').some((sample) => Math.abs(sample) > 500);

export const tone = Int16Array.from({ length: 8000 }, (_, at) => 8000 * Math.sin((2 * Math.PI * 440 * at) / 8000));
