/** The engine ends a call on its own. */
import { deliverUnsolicited } from './deliver.ts';
import { type Exchange, endLeg } from './exchange.ts';
import type { Leg } from './tables.ts';
import { askOwn } from './within.ts';

/**
 * BYE with a Reason text; the owner is shown it as unsolicited. The dialog is gone for the application and for the
 * peer from here on.
 */
export function hangUp(exchange: Exchange, leg: Leg, text: string): void {
  endLeg(exchange, leg);
  exchange.count(`ended by the engine: ${text}`);
  const extra = `Reason: SIP;cause=200;text="${text}"\r\n`;
  const bye = { method: 'BYE', extra, body: '', contentType: undefined, contact: undefined, cseq: undefined };
  askOwn(
    exchange,
    leg,
    bye,
    () => undefined,
    (sent, flow) => deliverUnsolicited(exchange, leg, sent, flow),
  );
}
