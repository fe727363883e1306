import { randomUUID } from 'node:crypto';
import type { IncomingCall, Source } from '../../domain/call.ts';
import type { LineId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { readDiversions } from './diversion.ts';
import { header, leadingNumber, list, person, userOf } from './read.ts';
import type { SipRequest } from './srf.ts';

/** A frame to the engine must stay below 8 kB, headers and all: what a description may take of it. */
export const bodyBytesAtMost = 6_000;

/** Extensions we can serve when an INVITE requires them. 100rel and timer are run by the engine. */
const served: ReadonlySet<string> = new Set(['100rel', 'timer']);

const textAtMost = 128;

/** An INVITE as plain data. Total: whatever the request holds, there is a call to decide on, if only to refuse it. */
export function readInvite(req: SipRequest, at: Instant, proved: LineId | undefined): IncomingCall {
  const from = person(header(req, 'from'));
  const asserted = person(list(header(req, 'p-asserted-identity'))[0]);
  const dialled = userOf(req.uri);
  const unfit = unfitness(req, dialled);
  const forwards = leadingNumber(header(req, 'max-forwards'));
  const name = from?.name ?? asserted?.name;
  return {
    id: randomUUID(),
    receivedAt: at,
    source: sourceOf(req),
    dialled: (dialled ?? '').slice(0, textAtMost),
    claims: {
      from: (from?.user ?? '').slice(0, textAtMost),
      ...(name !== undefined && { displayName: name.slice(0, textAtMost) }),
      ...(asserted !== undefined && { asserted: asserted.user.slice(0, textAtMost) }),
      ...(proved !== undefined && { proved }),
    },
    withheld: isWithheld(req, from?.user),
    diversions: readDiversions(header(req, 'Diversion'), header(req, 'history-info')),
    maxForwards: forwards === undefined ? 70 : Math.min(forwards, 255),
    ...(unfit !== undefined && { unfit }),
  };
}

export function sourceOf(req: SipRequest): Source {
  return { address: req.source_address, port: req.source_port, transport: transportOf(req) };
}

/** Engines show a WebSocket as what it runs over; the Via of its phone tells (RFC 7118 §5.2.1). */
function transportOf(req: SipRequest): Source['transport'] {
  if (req.protocol !== 'tcp' && req.protocol !== 'tls') return 'udp';
  const name = /^SIP\s*\/\s*2\.0\s*\/\s*(WSS?)\s/i.exec(header(req, 'via') ?? '')?.[1]?.toLowerCase();
  return name === 'ws' || name === 'wss' ? name : req.protocol;
}

/** The options of Require that we do not know (RFC 3261 §8.2.2.3). */
export function unsupported(req: SipRequest, known: ReadonlySet<string> = served): readonly string[] {
  return list(header(req, 'require')).filter((option) => !known.has(option.toLowerCase()));
}

function unfitness(req: SipRequest, dialled: string | undefined): Refusal | undefined {
  if (dialled === undefined) return 'malformed';
  if (unsupported(req).length > 0) return 'unknown-extension';
  if (!req.body) return undefined;
  if (Buffer.byteLength(req.body) > bodyBytesAtMost) return 'too-large';
  return isSdp(req) ? undefined : 'not-sdp';
}

export function isSdp(req: SipRequest): boolean {
  const type = header(req, 'content-type');
  return type === undefined ? req.body?.startsWith('v=0') === true : /^application\/sdp\s*(;|$)/i.test(type.trim());
}

/** RFC 3323 §4.2, RFC 3325 §9.3; or a From that says so (RFC 3323 §4.1.1.3). */
function isWithheld(req: SipRequest, from: string | undefined): boolean {
  const privacy = header(req, 'privacy');
  if (privacy !== undefined && /\b(id|user|header)\b/i.test(privacy)) return true;
  return from?.toLowerCase() === 'anonymous';
}
