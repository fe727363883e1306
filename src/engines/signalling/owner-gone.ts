/**
 * An application is lost. Its dialogs are forgotten at once (481 to the peers), callers it left unanswered get 503, and
 * after a short grace its calls are ended with BYE: the application cannot do it any more.
 */
import type { Application } from './application.ts';
import { cancel } from './asking.ts';
import { after, type Exchange, endLeg } from './exchange.ts';
import { giveAnswer } from './receiving.ts';
import { disarmSession } from './session-timer.ts';
import type { Leg } from './tables.ts';
import { askOwn } from './within.ts';

const graceMs = 5000;

export function ownerGone(exchange: Exchange, app: Application): void {
  const unanswered = [...exchange.received.values()].filter((received) => received.app === app);
  for (const received of unanswered) giveAnswer(exchange, received, 503, 'Service Unavailable');
  const ringing = [...exchange.sent.values()].filter((sent) => sent.app === app && sent.method === 'INVITE');
  for (const sent of ringing) cancel(exchange, sent, '');
  const lost = exchange.legs.ownedBy(app);
  if (lost.length > 0) forget(exchange, lost);
}

/** Ownerless dialogs stay in the tables until they are ended, so that what peers send in them is answered 481. */
function forget(exchange: Exchange, lost: readonly Leg[]): void {
  exchange.log('warn', 'an application is gone, its calls are ended', { dialogs: lost.length });
  for (const leg of lost) {
    leg.app = undefined;
    disarmSession(exchange, leg);
  }
  after(exchange, exchange.options.timers.graceMs ?? graceMs, () => {
    for (const leg of lost) end(exchange, leg);
  });
}

function end(exchange: Exchange, leg: Leg): void {
  const talking = leg.kind === 'invite' && leg.dialog.state === 'confirmed';
  // a call of ours that still rings stays until its CANCEL is through
  if (leg.dialog.state === 'early' && leg.asking !== undefined) return;
  endLeg(exchange, leg);
  if (talking) sayBye(exchange, leg);
}

function sayBye(exchange: Exchange, leg: Leg): void {
  const extra = 'Reason: SIP;cause=503;text="Application lost"\r\n';
  const bye = { method: 'BYE', extra, body: '', contentType: undefined, contact: undefined, cseq: undefined };
  askOwn(exchange, leg, bye, () => undefined);
}
