import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { reasonPhrase } from '../../protocol/sip/reasons.ts';
import { dialogId } from './dialogs.ts';
import { header, userOf } from './read.ts';
import type { SipMessage } from './srf.ts';
import type { Headers } from './wire.ts';

/** What a REFER asks for: whom to call, or with whose call of the transferor to join (RFC 3515 §2.1, RFC 5589 §7). */
export interface Refer {
  /** The user part of Refer-To, unescaped: what the transferor would dial. */
  readonly to: string;
  readonly replaces?: Replaces;
}

/** A dialog as its far end names it (RFC 3891 §3): `toTag` is ours, `fromTag` theirs. */
export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
}

const referToAtMost = 1_000;

/** `undefined`: it asks for nothing we could do; another method than INVITE, two targets, or no target at all. */
export function readRefer(req: Pick<SipMessage, 'header'>): Refer | undefined {
  const value = header(req, 'refer-to') ?? header(req, 'r');
  if (value === undefined || value.length > referToAtMost) return undefined;
  const uri = parseNameAddr(value)?.uri;
  if (uri === undefined) return undefined;
  const question = uri.indexOf('?');
  const address = question < 0 ? uri : uri.slice(0, question);
  const to = userOf(address);
  const method = /;method=([^;]*)/i.exec(address)?.[1];
  if (to === undefined || to === '' || (method !== undefined && method.toUpperCase() !== 'INVITE')) return undefined;
  if (question < 0) return { to };
  const named = fields(uri.slice(question + 1)).find(([name]) => name === 'replaces')?.[1];
  if (named === undefined) return { to };
  const replaces = readReplaces(named);
  return replaces && { to, replaces };
}

/** `callid;to-tag=…;from-tag=…`, in any order of the tags (RFC 3891 §6.1). */
export function readReplaces(value: string): Replaces | undefined {
  const [callId, ...params] = value.split(';').map((part) => part.trim());
  const tags = new Map(
    params.map((param) => {
      const equals = param.indexOf('=');
      return [param.slice(0, equals).trim().toLowerCase(), param.slice(equals + 1).trim()] as const;
    }),
  );
  const [toTag, fromTag] = [tags.get('to-tag'), tags.get('from-tag')];
  if (!callId || toTag === undefined || fromTag === undefined) return undefined;
  return { callId, toTag, fromTag };
}

/** The engine names a dialog by the From tag of the request that made it: theirs when they called, ours when we did. */
export function dialogIds({ callId, toTag, fromTag }: Replaces): readonly string[] {
  return [dialogId(callId, fromTag), dialogId(callId, toTag)];
}

/** RFC 3515 §2.4.4: how the call that was asked for goes, as a fragment of its response (RFC 3420). `id`: for all but the first REFER of a dialog. */
export function progressOf(
  status: number,
  id: string | undefined,
): { readonly headers: Headers; readonly body: string } {
  const isOver = status >= 200;
  return {
    headers: {
      Event: id === undefined ? 'refer' : `refer;id=${id}`,
      'Subscription-State': isOver ? 'terminated;reason=noresource' : `active;expires=${progressSeconds}`,
      'Content-Type': 'message/sipfrag;version=2.0',
    },
    body: `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`,
  };
}

const progressSeconds = 180;

/** RFC 3261 §19.1.1: `name=value&name=value`, escaped. */
function fields(text: string): readonly (readonly [string, string])[] {
  return text.split('&').map((field) => {
    const equals = field.indexOf('=');
    return equals < 0 ? ([unescaped(field).toLowerCase(), ''] as const) : pair(field, equals);
  });
}

function pair(field: string, equals: number): readonly [string, string] {
  return [unescaped(field.slice(0, equals)).toLowerCase(), unescaped(field.slice(equals + 1))];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
