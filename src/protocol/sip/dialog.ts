/** Dialog state and the requests it shapes: RFC 3261 §12. A value with methods; nothing here sends or waits. */

import { Header } from './header-names.ts';
import { splitList } from './headers/list.ts';
import { parseNameAddr, tagOf, uriOf } from './headers/name-addr.ts';
import type { SipMessage } from './message.ts';
import { parseUri } from './uri.ts';

export interface DialogStart {
  readonly role: 'uac' | 'uas';
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string | undefined;
  /** Our address with its tag, as it stands in From of our requests. */
  readonly local: string;
  /** The peer's, as it stands in To of our requests. */
  readonly remote: string;
  readonly localSeq: number;
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
}

/** Request-URI, Route values and the URI that names the next hop (RFC 3261 §12.2.1.1). */
export interface Target {
  readonly uri: string;
  readonly routes: readonly string[];
  readonly hop: string;
}

export class Dialog {
  readonly role: 'uac' | 'uas';
  readonly callId: string;
  readonly localTag: string;
  readonly local: string;
  remoteTag: string | undefined;
  remote: string;
  localSeq: number;
  remoteTarget: string;
  routeSet: readonly string[];
  state: 'early' | 'confirmed' | 'ended' = 'early';

  constructor(start: DialogStart) {
    this.role = start.role;
    this.callId = start.callId;
    this.localTag = start.localTag;
    this.remoteTag = start.remoteTag;
    this.local = start.local;
    this.remote = start.remote;
    this.localSeq = start.localSeq;
    this.remoteTarget = start.remoteTarget;
    this.routeSet = start.routeSet;
  }

  /** RFC 3261 §12.1.1: the answering side. */
  static answering(request: SipMessage, localTag: string, localSeq: number): Dialog {
    return new Dialog({
      role: 'uas',
      callId: request.callId,
      localTag,
      remoteTag: tagOf(request.get(Header.from) ?? ''),
      local: `${request.get(Header.to) ?? ''};tag=${localTag}`,
      remote: request.get(Header.from) ?? '',
      localSeq,
      remoteTarget: contactOf(request) ?? request.from?.uri ?? '',
      routeSet: recordRoutes(request),
    });
  }

  /** RFC 3261 §12.1.2: a response to the request that asked for the dialog. Only a 2xx confirms it. */
  takeResponse(response: SipMessage): void {
    const to = response.get(Header.to) ?? '';
    const tag = tagOf(to);
    if (tag === undefined || this.state === 'confirmed') return;
    this.remoteTag = tag;
    this.remote = to;
    this.routeSet = recordRoutes(response).reverse();
    this.remoteTarget = contactOf(response) ?? this.remoteTarget;
    if (response.status >= 200) this.state = 'confirmed';
  }

  /** RFC 3261 §12.2.2, §12.2.1.2: re-INVITE, UPDATE and SUBSCRIBE and their 2xx move the remote target. */
  refreshTarget(message: SipMessage): void {
    this.remoteTarget = contactOf(message) ?? this.remoteTarget;
  }

  /** RFC 3261 §12.2.1.1. */
  target(): Target {
    const first = this.routeSet[0];
    if (first === undefined) return { uri: this.remoteTarget, routes: [], hop: this.remoteTarget };
    const hop = uriOf(first) ?? this.remoteTarget;
    if (parseUri(hop)?.params.has('lr')) return { uri: this.remoteTarget, routes: this.routeSet, hop };
    return { uri: hop, routes: [...this.routeSet.slice(1), `<${this.remoteTarget}>`], hop };
  }
}

/** First Contact URI, or undefined. */
export function contactOf(message: SipMessage): string | undefined {
  const value = message.get(Header.contact);
  if (value === undefined) return undefined;
  if (!value.includes(',')) return uriOf(value) ?? parseNameAddr(value)?.uri;
  const first = splitList(value)?.[0];
  return first === undefined ? undefined : parseNameAddr(first)?.uri;
}

function recordRoutes(message: SipMessage): string[] {
  if (!message.has(Header.recordRoute)) return [];
  return (splitList(message.joined(Header.recordRoute) ?? '') ?? []).filter((route) => route !== '').slice(0, 32);
}
