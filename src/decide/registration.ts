import type { Binding } from '../domain/binding.ts';
import type { LineId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { sameContact } from './same-contact.ts';

/** What a REGISTER asks for, as plain data; whose line it is has been proved. */
export interface RegisterRequest {
  readonly line: LineId;
  readonly callId: string;
  readonly cseq: number;
  /** `*`: every contact (RFC 3261 §10.2.2). None: a question, nothing changes (§10.2.3). */
  readonly contacts: '*' | readonly RequestedContact[];
  /** The Expires header. */
  readonly seconds?: number;
  /** RFC 3327, outermost first. */
  readonly path: readonly string[];
  /** The phone speaks RFC 5626 (`Supported: outbound`). */
  readonly outbound: boolean;
  readonly received: Binding['received'];
  readonly userAgent?: string;
}

export interface RequestedContact {
  /** The URI, without header parameters. */
  readonly uri: string;
  /** Its `expires` parameter. */
  readonly seconds?: number;
  /** 0 to 1000 thousandths. */
  readonly q?: number;
  readonly instance?: string;
  readonly regId?: number;
}

/** `exchange.registration`, and how many contacts this line may have. */
export interface RegisterPolicy {
  readonly secondsAtLeast: number;
  readonly secondsAtMost: number;
  /** Granted when nothing is asked for. */
  readonly seconds: number;
  readonly contactsAtMost: number;
}

export type RegisterReply =
  | {
      readonly sip: 200;
      readonly contacts: readonly GrantedContact[];
      readonly path: readonly string[];
      readonly outbound: boolean;
    }
  | { readonly sip: 400 | 403 | 500; readonly says: string }
  /** RFC 3261 §21.4.17. */
  | { readonly sip: 423; readonly says: string; readonly minExpires: number };

export interface GrantedContact {
  readonly uri: string;
  readonly seconds: number;
  readonly q: number;
  readonly instance?: string;
  readonly regId?: number;
}

/** The bindings the line has from now on, and what is answered. A refused request changes nothing. */
export interface Registered {
  readonly bindings: readonly Binding[];
  readonly reply: RegisterReply;
}

/**
 * Applies a REGISTER to the bindings of its line (RFC 3261 §10.3 steps 6 to 8, RFC 3327 §5.3, RFC 5626 §6).
 * All of it holds, or nothing. When a line would have too many contacts, the one that would expire first makes room:
 * a phone that comes back on a new port is worth more than its own ghost.
 */
export function applyRegister(
  bindings: readonly Binding[],
  request: RegisterRequest,
  policy: RegisterPolicy,
  at: Instant,
): Registered {
  const current = bindings.filter(({ expiresAt }) => expiresAt > at);
  if (request.contacts === '*') return removeAll(current, request, at);
  const refused = whyNot(request.contacts, request, policy);
  if (refused !== undefined) return { bindings: current, reply: refused };
  let after = current;
  const touched = new Set<Binding>();
  for (const contact of request.contacts) {
    const before = after.find((binding) => isSame(binding, contact, request));
    if (before !== undefined && !isNewer(request, before)) return { bindings: current, reply: OUT_OF_ORDER };
    const seconds = granted(contact, request, policy);
    const rest = after.filter((binding) => binding !== before);
    if (seconds === 0) {
      after = rest;
    } else {
      const binding = bindingOf(contact, request, at + seconds * 1000);
      touched.add(binding);
      after = [...rest, binding];
    }
  }
  return {
    bindings: withRoom(after, touched, policy.contactsAtMost, at),
    reply: answer(after, touched, request, policy, at),
  };
}

/** The contacts of a line that are still good, and in which order they are preferred (RFC 3261 §16.6: q, highest first). */
export function currentContacts(bindings: readonly Binding[], at: Instant): readonly Binding[] {
  return bindings.filter(({ expiresAt }) => expiresAt > at).toSorted((a, b) => b.q - a.q);
}

/** The contacts in the order they are rung: equal q together, higher q first (RFC 3261 §16.6). */
export function contactGroups(contacts: readonly Binding[]): readonly (readonly Binding[])[] {
  const groups = new Map<number, Binding[]>();
  for (const contact of contacts) {
    const group = groups.get(contact.q);
    if (group === undefined) groups.set(contact.q, [contact]);
    else group.push(contact);
  }
  return [...groups].toSorted(([a], [b]) => b - a).map(([, group]) => group);
}

const Q_WITHOUT_SAYING = 1000;
const URI_AT_MOST = 1024;
const PATHS_AT_MOST = 10;
const AN_HOUR = 3600;
/** RFC 3261 §10.3 steps 6 and 7: a request that is not newer than the binding fails; nothing is changed. */
const OUT_OF_ORDER: RegisterReply = { sip: 500, says: 'CSeq is not higher than that of the binding' };

function removeAll(current: readonly Binding[], request: RegisterRequest, at: Instant): Registered {
  // RFC 3261 §10.3 step 6: `*` goes with an expiry of zero and with nothing else.
  if (request.seconds !== 0) {
    return { bindings: current, reply: { sip: 400, says: 'Contact: * needs Expires: 0' } };
  }
  if (current.some((binding) => !isNewer(request, binding))) return { bindings: current, reply: OUT_OF_ORDER };
  return { bindings: [], reply: granting([], request, at) };
}

function whyNot(
  contacts: readonly RequestedContact[],
  request: RegisterRequest,
  policy: RegisterPolicy,
): RegisterReply | undefined {
  if (contacts.some(({ uri }) => uri === '' || uri.length > URI_AT_MOST))
    return { sip: 400, says: 'Contact is no address' };
  if (request.path.length > PATHS_AT_MOST) return { sip: 400, says: 'Path is too long' };
  const kept = contacts.filter((contact) => asked(contact, request, policy) > 0);
  // RFC 5626 §6: one flow a request.
  if (kept.filter((contact) => usesOutbound(contact, request)).length > 1)
    return { sip: 400, says: 'More than one reg-id' };
  if (kept.length > policy.contactsAtMost) return { sip: 403, says: 'Too many contacts' };
  const { secondsAtLeast } = policy;
  const tooBrief = kept.some((contact) => asked(contact, request, policy) < Math.min(secondsAtLeast, AN_HOUR));
  return tooBrief ? { sip: 423, says: 'Interval Too Brief', minExpires: secondsAtLeast } : undefined;
}

/** RFC 3261 §10.3 step 7: the contact's own wish, else the request's, else what is usual here. */
function asked(contact: RequestedContact, request: RegisterRequest, policy: RegisterPolicy): number {
  const wish = contact.seconds ?? request.seconds;
  return wish !== undefined && Number.isFinite(wish) && wish >= 0 ? Math.trunc(wish) : policy.seconds;
}

function granted(contact: RequestedContact, request: RegisterRequest, policy: RegisterPolicy): number {
  return Math.min(asked(contact, request, policy), policy.secondsAtMost);
}

/** RFC 5626 §6: with an instance and a reg-id it is that phone's flow, whatever address it has today. */
function isSame(binding: Binding, contact: RequestedContact, request: RegisterRequest): boolean {
  if (usesOutbound(contact, request) && binding.instance !== undefined && binding.regId !== undefined) {
    return binding.instance === contact.instance && binding.regId === contact.regId;
  }
  return sameContact(binding.contact, contact.uri);
}

/** RFC 5626 §6: a reg-id means nothing without an instance, or from a phone that does not say it speaks outbound. */
function usesOutbound(contact: RequestedContact, request: RegisterRequest): boolean {
  return request.outbound && contact.instance !== undefined && contact.regId !== undefined;
}

/** RFC 3261 §10.3: another Call-ID is a phone that started anew; the same one counts up. */
function isNewer(request: RegisterRequest, binding: Binding): boolean {
  return request.callId !== binding.callId || request.cseq > binding.cseq;
}

function bindingOf(contact: RequestedContact, request: RegisterRequest, expiresAt: Instant): Binding {
  const { line, callId, cseq, received, path, userAgent } = request;
  const flow = usesOutbound(contact, request) && contact.regId !== undefined ? { regId: contact.regId } : undefined;
  return {
    line,
    contact: contact.uri,
    ...(contact.instance !== undefined && { instance: contact.instance }),
    ...flow,
    q: contact.q ?? Q_WITHOUT_SAYING,
    callId,
    cseq,
    expiresAt,
    received,
    path,
    ...(userAgent !== undefined && { userAgent }),
  };
}

/** The newest stay: those of this request, then those that last longest. */
function withRoom(
  after: readonly Binding[],
  touched: ReadonlySet<Binding>,
  atMost: number,
  at: Instant,
): readonly Binding[] {
  if (after.length <= atMost) return after;
  const worth = (binding: Binding): number =>
    touched.has(binding) ? Number.POSITIVE_INFINITY : binding.expiresAt - at;
  const kept = new Set(after.toSorted((a, b) => worth(b) - worth(a)).slice(0, atMost));
  return after.filter((binding) => kept.has(binding));
}

function answer(
  after: readonly Binding[],
  touched: ReadonlySet<Binding>,
  request: RegisterRequest,
  policy: RegisterPolicy,
  at: Instant,
): RegisterReply {
  return granting(withRoom(after, touched, policy.contactsAtMost, at), request, at);
}

/** RFC 3261 §10.3 step 8: every current binding, each with its time left. RFC 3327 §5.3: the path as it was stored. */
function granting(bindings: readonly Binding[], request: RegisterRequest, at: Instant): RegisterReply {
  const outbound = request.contacts !== '*' && request.contacts.some((contact) => usesOutbound(contact, request));
  return {
    sip: 200,
    contacts: bindings.map(({ contact, expiresAt, q, instance, regId }) => ({
      uri: contact,
      seconds: Math.ceil((expiresAt - at) / 1000),
      q,
      ...(instance !== undefined && { instance }),
      ...(regId !== undefined && { regId }),
    })),
    path: request.path,
    outbound,
  };
}
