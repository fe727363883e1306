/** What the engine knows at a moment: dialogs, requests waiting for an answer, and by whom they are owned. */

import type { Dialog } from '../../protocol/sip/dialog.ts';
import type { RequestParts } from '../../protocol/sip/write.ts';
import type { ClientTransaction } from '../stack/client-transaction.ts';
import type { Flow, ListenPoint } from '../stack/flow.ts';
import type { Repeater } from '../stack/repeater.ts';
import type { NextHop } from '../stack/resolver.ts';
import type { ServerTransaction } from '../stack/server-transaction.ts';
import type { Timer } from '../stack/timer-wheel.ts';
import type { Application } from './application.ts';

/** A dialog with everything the engine keeps beside the RFC's state. */
export interface Leg {
  /** `<Call-ID>;from-tag=<From tag of the request that made it>`: what applications call it. */
  readonly id: string;
  readonly dialog: Dialog;
  /** SUBSCRIBE dialogs end with the subscription, INVITE dialogs with BYE. */
  readonly kind: 'invite' | 'subscribe';
  /** Undefined once its owner is gone. */
  app: Application | undefined;
  readonly point: ListenPoint;
  /** Value of our Contact. */
  contact: string;
  /** The TCP connection the dialog was made on. */
  connection: Flow | undefined;
  /** UDP: send here instead of where the Contact says. */
  nat: NextHop | undefined;
  localSdp: string | undefined;
  /** Batch in which the last answer about this dialog reaches the application. */
  stamp: number;
  /** Batch in which the last news of this dialog reaches the application. */
  told: number;
  /** The INVITE we answered with 2xx and its ACK state. */
  answer: AnsweredInvite | undefined;
  /** 2xx we got and the application has not acknowledged yet. */
  unacknowledged: { readonly cseq: number; readonly cancelled: boolean } | undefined;
  /** The ACK we sent, to be repeated for repeated 2xx. */
  ack: { readonly cseq: number; readonly text: string; readonly flow: Flow } | undefined;
  /** Our INVITE in progress in this dialog (the first one included). */
  asking: Sent | undefined;
  /** The peer's. */
  asked: Received | undefined;
  /** The peer's UPDATE in progress. */
  updating: boolean;
  session: SessionTimer | undefined;
}

export interface SessionTimer {
  readonly seconds: number;
  readonly weRefresh: boolean;
  readonly timer: Timer;
}

export interface AnsweredInvite {
  readonly transactionId: string;
  readonly cseq: number;
  readonly repeater: Repeater;
  /** Its application is quiet: an ACK that says nothing new need not reach it at once. */
  readonly quiet: boolean;
}

/** A request from the network an application must answer. */
export interface Received {
  readonly id: string;
  readonly transaction: ServerTransaction;
  readonly app: Application;
  leg: Leg | undefined;
  /** Dialog id to name in the answer; empty for BYE and outside dialogs. */
  answerDialogId: string;
  /** Our tag for To, once chosen. */
  toTag: string | undefined;
  readonly patience: Timer;
  /** 100rel state of an INVITE. */
  reliable: ReliableState | undefined;
}

export interface ReliableState {
  nextRseq: number;
  unacknowledged: { readonly rseq: number; readonly repeater: Repeater } | undefined;
  /** A 2xx waits for the PRACK: the application has said its last word. */
  decided: boolean;
  /** What waits until the PRACK comes: further reliable provisionals, or the 2xx. */
  readonly held: (() => void)[];
}

/** A request an application (or the engine itself) sent. */
export interface Sent {
  readonly id: string;
  readonly method: string;
  readonly app: Application | undefined;
  readonly leg: Leg | undefined;
  /** Dialog id in what is delivered. */
  readonly dialogId: string;
  parts: RequestParts;
  transaction: ClientTransaction | undefined;
  stamp: number;
  cancel: { readonly state: 'held' | 'sent'; readonly extra: string } | undefined;
  /** Further addresses of the next hop, tried when one fails. */
  hops: readonly NextHop[];
  /** Reliable provisionals seen, to absorb copies (RFC 3262 §4). */
  lastRseq: number;
  readonly patience: Timer;
  /** A request of the engine's own: told how it ended, with 0 for timeout or transport failure. */
  readonly own: ((status: number, flow: Flow | undefined) => void) | undefined;
}

/** Dialogs by what applications call them and by what the network calls them. */
export class Legs {
  readonly #byId = new Map<string, Leg>();
  readonly #byPeer = new Map<string, Leg>();

  get size(): number {
    return this.#byPeer.size;
  }

  add(leg: Leg): void {
    this.#byId.set(leg.id, leg);
    this.#byPeer.set(peerKey(leg.dialog.callId, leg.dialog.localTag), leg);
  }

  byId(id: string): Leg | undefined {
    return this.#byId.get(id);
  }

  /** RFC 3261 §12.2.2: Call-ID and both tags. While early, and while a NOTIFY overtakes the 2xx, any remote tag will do. */
  find(callId: string, localTag: string, remoteTag: string | undefined): Leg | undefined {
    const leg = this.#byPeer.get(peerKey(callId, localTag));
    if (leg === undefined) return undefined;
    if (leg.dialog.state === 'early' && leg.dialog.role === 'uac') return leg;
    return leg.dialog.remoteTag === remoteTag ? leg : undefined;
  }

  remove(leg: Leg): void {
    const key = peerKey(leg.dialog.callId, leg.dialog.localTag);
    if (this.#byId.get(leg.id) === leg) this.#byId.delete(leg.id);
    if (this.#byPeer.get(key) === leg) this.#byPeer.delete(key);
  }

  ownedBy(app: Application): Leg[] {
    return [...this.#byPeer.values()].filter((leg) => leg.app === app);
  }
}

/** Our tag alone is not enough: an application may use one From, tag and all, for several calls. */
function peerKey(callId: string, localTag: string): string {
  return `${callId}|${localTag}`;
}
