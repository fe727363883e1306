/** Requests inside a dialog: by an application, or by the engine itself. */
import { type RequestParts, writeRequest } from '../../protocol/sip/write.ts';
import type { Flow } from '../stack/flow.ts';
import { type Draft, enter, launch, signed } from './asking.ts';
import type { Exchange } from './exchange.ts';
import type { Leg, Sent } from './tables.ts';
import { wayWithin } from './ways.ts';

export interface Inside {
  readonly method: string;
  readonly extra: string;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly contact: string | undefined;
  /** ACK takes the INVITE's; undefined: the next. */
  readonly cseq: number | undefined;
}

/** A request as this dialog shapes it (RFC 3261 §12.2.1.1), without its Via. */
export function draftWithin(leg: Leg, inside: Inside): { readonly draft: Draft; readonly hop: string } {
  const { dialog } = leg;
  if (inside.cseq === undefined) dialog.localSeq += 1;
  const { uri, routes, hop } = dialog.target();
  const draft: Draft = {
    method: inside.method,
    uri,
    from: dialog.local,
    to: dialog.remote,
    callId: dialog.callId,
    cseq: inside.cseq ?? dialog.localSeq,
    routes,
    maxForwards: '70',
    contact: inside.contact,
    contentType: inside.contentType,
    extra: inside.extra,
    body: inside.body,
  };
  return { draft, hop };
}

/** A request of the engine's own; `ended` is told the final status, 0 for none. */
export function askOwn(
  exchange: Exchange,
  leg: Leg,
  inside: Inside,
  ended: (status: number, flow: Flow | undefined) => void,
  out?: (text: string, flow: Flow) => void,
): void {
  const { draft, hop } = draftWithin(leg, inside);
  wayWithin(exchange, leg, hop, (way) => {
    if (!('flow' in way)) return ended(0, undefined);
    const parts = signed(draft, way.flow.point);
    const text = writeRequest(parts);
    const sent: Sent = enter(exchange, parts, { app: undefined, leg, dialogId: leg.id, own: ended });
    out?.(text, way.flow);
    launch(exchange, sent, text, way);
  });
}

/** ACK for a 2xx (`inside.cseq` is the INVITE's): sent once here, and again for each copy of the 2xx (RFC 3261 §13.2.2.4). */
export function acknowledge(
  exchange: Exchange,
  leg: Leg,
  inside: Inside,
  out: (parts: RequestParts, text: string, flow: Flow | undefined) => void,
): void {
  const { draft, hop } = draftWithin(leg, inside);
  wayWithin(exchange, leg, hop, (way) => {
    const flow = 'flow' in way ? way.flow : undefined;
    const parts = signed(draft, flow?.point ?? leg.point);
    const text = writeRequest(parts);
    if (flow !== undefined) {
      leg.ack = { cseq: draft.cseq, text, flow };
      exchange.count('out: ACK');
      flow.send(text);
    }
    out(parts, text, flow);
  });
}
