/** Session timers (RFC 4028; contract: timers): who watches, who refreshes, until when. Acting on them: refreshing.ts. */

import { Header } from '../../protocol/sip/header-names.ts';
import {
  minimumSeconds,
  parseSessionExpires,
  type SessionExpires,
} from '../../protocol/sip/headers/session-expires.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { Timer } from '../stack/timer-wheel.ts';
import type { Exchange } from './exchange.ts';
import type { Leg } from './tables.ts';

/** The refresher of a session is us at half the interval, give or take 5 s; the peer's silence is noted at its end. */
export function armSession(exchange: Exchange, leg: Leg, seconds: number, weRefresh: boolean): void {
  disarmSession(exchange, leg);
  const granted = Math.max(seconds, minimumSeconds);
  const timer = new Timer(() => exchange.sessionDue(leg));
  leg.session = { seconds: granted, weRefresh, timer };
  const jitter = Math.random() * 10 - 5;
  const wait = weRefresh ? granted / 2 + jitter : granted;
  exchange.stack.wheel.arm(timer, wait * (exchange.options.timers.sessionSecondMs ?? 1000));
}

/** A refresh was seen: the same session, from the beginning. */
export function rearmSession(exchange: Exchange, leg: Leg): void {
  if (leg.session !== undefined) armSession(exchange, leg, leg.session.seconds, leg.session.weRefresh);
}

export function disarmSession(exchange: Exchange, leg: Leg): void {
  if (leg.session !== undefined) exchange.stack.wheel.disarm(leg.session.timer);
  leg.session = undefined;
}

/** Our request was answered 2xx: no refresher or `uac` means us (RFC 4028 §7.2). */
export function sessionOfAnswer(exchange: Exchange, leg: Leg, response: SipMessage): void {
  const value = response.get(Header.sessionExpires);
  const agreed = value === undefined ? undefined : parseSessionExpires(value);
  if (agreed === undefined) disarmSession(exchange, leg);
  else armSession(exchange, leg, agreed.seconds, agreed.refresher !== 'uas');
}

/** RFC 4028 §6: below our minimum. */
export function tooShort(request: SipMessage): boolean {
  const value = request.get(Header.sessionExpires);
  const asked = value === undefined ? undefined : parseSessionExpires(value);
  return asked !== undefined && asked.seconds < minimumSeconds;
}

/**
 * We answer 2xx: what Session-Expires goes out, from what the application said and what the peer asked for.
 * An application that says nothing lets the peer's wish stand when it names a refresher (RFC 4028 §9).
 */
export function sessionToGrant(
  exchange: Exchange,
  request: SipMessage,
  fromApplication: string | undefined,
): SessionExpires | undefined {
  if (fromApplication !== undefined) {
    const said = parseSessionExpires(fromApplication);
    return said && { seconds: Math.max(said.seconds, minimumSeconds), refresher: said.refresher };
  }
  const value = request.get(Header.sessionExpires);
  const asked = value === undefined ? undefined : parseSessionExpires(value);
  const { sessionRefresher } = exchange.options;
  const refresher = asked?.refresher ?? (sessionRefresher === 'none' ? undefined : sessionRefresher);
  return asked && refresher && { seconds: Math.max(asked.seconds, minimumSeconds), refresher };
}
