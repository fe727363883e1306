import { createHmac } from 'node:crypto';
import { isDtls } from '../../protocol/dtls/record.ts';
import { type DtlsKeys, type DtlsOutcome, DtlsServer } from '../../protocol/dtls/server.ts';
import type { MediaAddress } from '../../protocol/rtp/source-gate.ts';
import type { PeerDtls } from '../../protocol/sdp/negotiated.ts';
import type { SrtpSuite } from '../../protocol/srtp/profiles.ts';
import { answerCheck } from '../../protocol/stun/ice-lite.ts';
import { isStun } from '../../protocol/stun/message.ts';
import { monotonicMs } from './clock.ts';
import type { DtlsIdentity } from './dtls-primitives.ts';

/** What we said of ourselves in the description. */
export interface OwnCredentials {
  readonly identity: DtlsIdentity;
  readonly iceUfrag: string;
  readonly icePwd: string;
  readonly suites: readonly SrtpSuite[];
}

export interface BrowserPathEvents {
  send(packet: Uint8Array, to: MediaAddress): void;
  /** The browser has proven a path and chosen it: media go there. */
  onPath(address: MediaAddress): void;
  onKeys(keys: DtlsKeys): void;
  onFailed(why: string): void;
}

const MAX_PATHS = 8;

/**
 * The way to a browser: answers its connectivity checks (ICE-lite, RFC 8445), then its DTLS handshake, on the port that
 * carries the sound as well. A handshake is heard only from an address that a check has proven.
 */
export class BrowserPath {
  readonly peer: PeerDtls;
  readonly #own: OwnCredentials;
  readonly #events: BrowserPathEvents;
  readonly #dtls: DtlsServer;
  readonly #proven: MediaAddress[] = [];
  #chosen: MediaAddress | undefined;

  constructor(own: OwnCredentials, peer: PeerDtls, events: BrowserPathEvents) {
    this.#own = own;
    this.peer = peer;
    this.#events = events;
    this.#dtls = new DtlsServer({
      primitives: own.identity.primitives,
      certificate: own.identity.certificate,
      peerFingerprint: peer.fingerprint,
      suites: own.suites,
    });
  }

  /** Takes what is neither RTP nor RTCP. */
  handle(packet: Uint8Array, from: MediaAddress): void {
    if (isStun(packet)) this.#check(packet, from);
    else if (isDtls(packet) && this.#isProven(from)) this.#act(this.#dtls.handle(packet, monotonicMs()), from);
  }

  tick(at: number): void {
    if (this.#chosen !== undefined) this.#act(this.#dtls.tick(at), this.#chosen);
  }

  #check(packet: Uint8Array, from: MediaAddress): void {
    const { iceUfrag, icePwd } = this.#own;
    const hmac = (data: Uint8Array) => createHmac('sha1', icePwd).update(data).digest();
    const verdict = answerCheck(packet, from, { localUfrag: iceUfrag, remoteUfrag: this.peer.iceUfrag, hmac });
    if (verdict.is === 'ignored') return;
    this.#events.send(verdict.reply, from);
    if (verdict.is === 'refusal') return;
    this.#remember(from);
    if (!verdict.isNominated && this.#chosen !== undefined) return;
    if (this.#chosen?.address === from.address && this.#chosen.port === from.port) return;
    this.#chosen = from;
    this.#events.onPath(from);
  }

  #act({ send, keys, failed }: DtlsOutcome, to: MediaAddress): void {
    for (const datagram of send) this.#events.send(datagram, to);
    if (keys !== undefined) this.#events.onKeys(keys);
    if (failed !== undefined) this.#events.onFailed(failed);
  }

  #remember(path: MediaAddress): void {
    if (this.#isProven(path)) return;
    if (this.#proven.length >= MAX_PATHS) this.#proven.shift();
    this.#proven.push(path);
  }

  #isProven({ address, port }: MediaAddress): boolean {
    return this.#proven.some((path) => path.port === port && path.address === address);
  }
}
