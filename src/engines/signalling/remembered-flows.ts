/**
 * Connections of phones that registered over TCP: requests to their contact go back the way the REGISTER came
 * (contract: transports). Kept for the granted expiry, also when the connection is gone: then a request fails at once.
 */

import { Header } from '../../protocol/sip/header-names.ts';
import { splitList } from '../../protocol/sip/headers/list.ts';
import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { deltaSeconds } from '../../protocol/sip/headers/session-expires.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import type { Flow } from '../stack/flow.ts';
import { Timer, type TimerWheel } from '../stack/timer-wheel.ts';

interface Kept {
  readonly flow: Flow;
  readonly timer: Timer;
}

const most = 100_000;

export class RememberedFlows {
  readonly #wheel: TimerWheel;
  readonly #kept = new Map<string, Kept>();

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The connection for `user@host` of a URI, alive or not; undefined when nothing is remembered. */
  find(uri: string): Flow | undefined {
    const key = keyOf(uri);
    return key === undefined ? undefined : this.#kept.get(key)?.flow;
  }

  /** A REGISTER or SUBSCRIBE was answered 2xx: remember or forget its contacts. */
  learn(request: SipMessage, response: SipMessage, flow: Flow): void {
    if (flow.transport !== 'tcp' && this.#kept.size === 0) return;
    const granted = contacts(response);
    for (const [uri, own] of contacts(request)) {
      const key = keyOf(uri);
      if (key === undefined) continue;
      const seconds = granted.get(uri) ?? expires(response) ?? own ?? expires(request) ?? 0;
      if (seconds > 0 && flow.transport === 'tcp') this.#keep(key, flow, seconds);
      else this.#forget(key);
    }
  }

  stop(): void {
    for (const { timer } of this.#kept.values()) this.#wheel.disarm(timer);
    this.#kept.clear();
  }

  #keep(key: string, flow: Flow, seconds: number): void {
    this.#forget(key);
    if (this.#kept.size >= most) return;
    const timer = new Timer(() => this.#kept.delete(key));
    this.#kept.set(key, { flow, timer });
    this.#wheel.arm(timer, Math.min(seconds, 86_400) * 1000);
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#wheel.disarm(kept.timer);
    this.#kept.delete(key);
  }
}

function keyOf(text: string): string | undefined {
  const uri = parseUri(text);
  return uri?.user === undefined ? undefined : `${uri.user}@${uri.host}`;
}

/** URI and expiry of each Contact. */
function contacts(message: SipMessage): Map<string, number | undefined> {
  const found = new Map<string, number | undefined>();
  for (const part of splitList(message.joined(Header.contact) ?? '') ?? []) {
    const contact = parseNameAddr(part);
    if (contact !== undefined) found.set(contact.uri, deltaSeconds(contact.params.get('expires') ?? ''));
  }
  return found;
}

function expires(message: SipMessage): number | undefined {
  return deltaSeconds(message.get(Header.expires) ?? '');
}
