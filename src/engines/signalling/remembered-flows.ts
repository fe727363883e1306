/**
 * Connections of phones that registered over TCP or a WebSocket: requests to their contact go back the way the REGISTER came
 * (contract: transports). Kept for the granted expiry, also when the connection is gone: then a request fails at once.
 */

import { Header } from '../../protocol/sip/header-names.ts';
import { splitList } from '../../protocol/sip/headers/list.ts';
import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { deltaSeconds } from '../../protocol/sip/headers/session-expires.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import { type Flow, reliable } from '../stack/flow.ts';
import { Timer, type TimerWheel } from '../stack/timer-wheel.ts';

interface Kept {
  /** The contact as it was registered. */
  readonly uri: string;
  readonly port: number | undefined;
  readonly flow: Flow;
  readonly timer: Timer;
}

const most = 100_000;
/** Contacts of one `user@host`: more than a registrar lets a line have. */
const mostAlike = 64;

export class RememberedFlows {
  readonly #wheel: TimerWheel;
  /** By `user@host`, oldest first: several phones of a line may sit behind one address. */
  readonly #kept = new Map<string, Kept[]>();
  #size = 0;

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  get size(): number {
    return this.#size;
  }

  /** The connection for a URI, alive or not: as `findContact`, else the newest of the same user and host; undefined when nothing is remembered. */
  find(uri: string): Flow | undefined {
    return this.findContact(uri) ?? this.#alike(uri)?.at(-1)?.flow;
  }

  /** The connection of the contact that was registered as this very URI, else of the newest with its user, host and port. */
  findContact(uri: string): Flow | undefined {
    const alike = this.#alike(uri);
    if (alike === undefined) return undefined;
    const port = parseUri(uri)?.port;
    return (alike.findLast((one) => one.uri === uri) ?? alike.findLast((one) => one.port === port))?.flow;
  }

  /** A REGISTER or SUBSCRIBE was answered 2xx: remember or forget its contacts. */
  learn(request: SipMessage, response: SipMessage, flow: Flow): void {
    if (!reliable(flow) && this.#size === 0) return;
    const granted = contacts(response);
    for (const [uri, own] of contacts(request)) {
      const seconds = granted.get(uri) ?? expires(response) ?? own ?? expires(request) ?? 0;
      this.#forget(uri);
      if (seconds > 0 && reliable(flow)) this.#keep(uri, flow, seconds);
    }
  }

  stop(): void {
    for (const alike of this.#kept.values()) for (const { timer } of alike) this.#wheel.disarm(timer);
    this.#kept.clear();
    this.#size = 0;
  }

  #alike(uri: string): readonly Kept[] | undefined {
    const key = keyOf(uri);
    return key === undefined ? undefined : this.#kept.get(key);
  }

  #keep(uri: string, flow: Flow, seconds: number): void {
    const key = keyOf(uri);
    if (key === undefined || this.#size >= most) return;
    const alike = this.#kept.get(key) ?? [];
    const [oldest] = alike;
    if (alike.length >= mostAlike && oldest !== undefined) this.#forget(oldest.uri);
    const timer = new Timer(() => this.#forget(uri));
    alike.push({ uri, port: parseUri(uri)?.port, flow, timer });
    this.#kept.set(key, alike);
    this.#size += 1;
    this.#wheel.arm(timer, Math.min(seconds, 86_400) * 1000);
  }

  #forget(uri: string): void {
    const key = keyOf(uri);
    const alike = key === undefined ? undefined : this.#kept.get(key);
    const at = alike?.findIndex((one) => one.uri === uri) ?? -1;
    if (key === undefined || alike === undefined || at < 0) return;
    for (const { timer } of alike.splice(at, 1)) this.#wheel.disarm(timer);
    this.#size -= 1;
    if (alike.length === 0) this.#kept.delete(key);
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
