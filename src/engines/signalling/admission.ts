/** Who is let in before anything is spent on a request: scanners and floods are told apart from callers here. */

import { Header } from '../../protocol/sip/header-names.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import type { Refusal } from '../../protocol/sip/sanity.ts';
import { type Counter, type Flow, isWeb } from '../stack/flow.ts';
import type { SignallingOptions } from './options.ts';

const mostSources = 10_000;

export class Admission {
  readonly #options: SignallingOptions;
  readonly #count: Counter;
  readonly #unlimited: ReadonlySet<string>;
  readonly #perSecond: number;
  readonly #thisSecond = new Map<string, number>();
  #second = 0;

  constructor(options: SignallingOptions, count: Counter) {
    this.#options = options;
    this.#count = count;
    this.#unlimited = new Set(options.unlimited);
    this.#perSecond = options.limits.newRequestsPerSecond ?? 2000;
  }

  judge(message: SipMessage, flow: Flow): 'take' | 'drop' | Refusal {
    // RFC 7118 §5.2.1: applications know a WebSocket by its Via, and trust it less than a connection of a trunk
    if (isWeb(flow.transport) && message.via !== undefined && !isWeb(message.via.transport.toLowerCase()))
      return { status: 400, reason: 'Via names no WebSocket' };
    if (message.method === 'ACK') return 'take';
    if (this.#isScanner(message)) return this.#turnAway(message);
    const fresh = message.toTag === undefined && message.method !== 'CANCEL';
    if (fresh && !this.#hasRoom(flow.remoteAddress)) {
      this.#count('dropped: too many requests');
      return 'drop';
    }
    return this.#automatic(message) ? { status: 200, reason: 'OK' } : 'take';
  }

  #turnAway(_message: SipMessage): 'drop' | Refusal {
    this.#count('dropped: scanner');
    return this.#options.scanners?.action === 'discard' ? 'drop' : { status: 603, reason: 'Decline' };
  }

  #isScanner(message: SipMessage): boolean {
    const { scanners } = this.#options;
    if (scanners === undefined) return false;
    return (
      names(message, Header.userAgent, scanners.userAgent) ||
      names(message, Header.to, scanners.to) ||
      names(message, Header.from, scanners.from)
    );
  }

  /** OPTIONS of a monitor that asks the engine, not the application. */
  #automatic(message: SipMessage): boolean {
    return message.method === 'OPTIONS' && names(message, Header.userAgent, this.#options.optionsAnsweredFor);
  }

  #hasRoom(source: string): boolean {
    if (this.#unlimited.has(source)) return true;
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#thisSecond.clear();
    }
    const before = this.#thisSecond.get(source) ?? 0;
    if (before >= this.#perSecond || (before === 0 && this.#thisSecond.size >= mostSources)) return false;
    this.#thisSecond.set(source, before + 1);
    return true;
  }
}

function names(message: SipMessage, id: number, parts: readonly string[]): boolean {
  if (parts.length === 0) return false;
  const value = message.get(id)?.toLowerCase();
  return value !== undefined && parts.some((part) => value.includes(part.toLowerCase()));
}
