/** What the engine says to an application: leader lines, written (contract: server to application). */

/** The six fields that say where a SIP message came from or went to. */
export interface Meta {
  readonly source: 'network' | 'application';
  readonly size: number;
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  /** UTC `HH:MM:SS.uuuuuu`. */
  readonly time: string;
}

function fields(meta: Meta): string {
  return `${meta.source}|${meta.size}|${meta.protocol}|${meta.address}|${meta.port}|${meta.time}`;
}

/** A request or response from the network; `receivedOn` only for new requests. */
export function indication(
  id: string,
  meta: Meta,
  transactionId: string,
  dialogId: string,
  sip: string,
  receivedOn?: { readonly address: string; readonly port: number },
): string {
  const on = receivedOn === undefined ? '' : `${receivedOn.address}|${receivedOn.port}|`;
  return `${id}|sip|${fields(meta)}|${transactionId}|${dialogId}|${on}\r\n${sip}`;
}

/** A plain acknowledgement; `rest` begins with `|` when there is one. */
export function acknowledgement(id: string, reference: string, rest = ''): string {
  return `${id}|response|${reference}|OK${rest}`;
}

/** Refusal of a `sip` or `proxy` message. */
export function refusal(id: string, reference: string, text: string): string {
  return `${id}|response|${reference}|NOK|${text}`;
}

/** Refusal of an administrative message. */
export function administrativeRefusal(id: string, reference: string, text: string): string {
  return `${id}|response|${reference}|NO|${text}`;
}

/** A request went out: answer with the request exactly as sent. */
export function requestSent(id: string, reference: string, meta: Meta, transactionId: string, sip: string): string {
  return `${id}|response|${reference}|OK|${fields(meta)}|${transactionId}|Msg sent:|\r\n${sip}`;
}

/** A response went out: answer with the response exactly as sent. */
export function responseSent(
  id: string,
  reference: string,
  meta: Meta,
  transactionId: string,
  dialogId: string,
  sip: string,
): string {
  return `${id}|response|${reference}|OK|${fields(meta)}|${transactionId}|${dialogId}||Msg sent:|\r\n${sip}`;
}
