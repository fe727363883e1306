/** A session timer fired: refresh, or end the call (RFC 4028 §10; contract: session timers). */
import { minimumSeconds } from '../../protocol/sip/headers/session-expires.ts';
import type { Exchange } from './exchange.ts';
import { hangUp } from './hanging-up.ts';
import { armSession, rearmSession } from './session-timer.ts';
import type { Leg } from './tables.ts';
import { acknowledge, askOwn } from './within.ts';

const expired = 'Session timer expired';

export function sessionDue(exchange: Exchange, leg: Leg): void {
  const { session } = leg;
  if (session === undefined || leg.dialog.state !== 'confirmed') return;
  if (!session.weRefresh) {
    hangUp(exchange, leg, expired);
    return;
  }
  // one INVITE at a time in a dialog: try again at the next interval (RFC 3261 §14.1)
  if (leg.asking !== undefined || leg.asked !== undefined) {
    rearmSession(exchange, leg);
    return;
  }
  refresh(exchange, leg, session.seconds);
}

/** A re-INVITE with the last SDP we sent, or an UPDATE when we never sent any. The application is not told. */
function refresh(exchange: Exchange, leg: Leg, seconds: number): void {
  const sdp = leg.localSdp;
  const method = sdp === undefined ? 'UPDATE' : 'INVITE';
  const extra = `Session-Expires: ${seconds};refresher=uac\r\nMin-SE: ${minimumSeconds}\r\n`;
  const contentType = sdp === undefined ? undefined : 'application/sdp';
  const inside = { method, extra, body: sdp ?? '', contentType, contact: leg.contact, cseq: undefined };
  askOwn(exchange, leg, inside, (status) => refreshed(exchange, leg, status, seconds));
}

/** @param status final status of the refresh; 0 when there was none */
function refreshed(exchange: Exchange, leg: Leg, status: number, seconds: number): void {
  if (leg.dialog.state === 'ended') return;
  if (status === 491) {
    rearmSession(exchange, leg);
    return;
  }
  if (status < 200 || status > 299) {
    hangUp(exchange, leg, expired);
    return;
  }
  acknowledgeOwn(exchange, leg);
  if (leg.session === undefined) armSession(exchange, leg, seconds, true); // the peer no longer asks, we go on
}

function acknowledgeOwn(exchange: Exchange, leg: Leg): void {
  const cseq = leg.unacknowledged?.cseq;
  if (cseq === undefined) return;
  leg.unacknowledged = undefined;
  const ack = { method: 'ACK', extra: '', body: '', contentType: undefined, contact: undefined, cseq };
  acknowledge(exchange, leg, ack, () => undefined);
}
