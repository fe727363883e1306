import type { CallerLeg } from '../../call/ports.ts';
import type { RegisterPolicy, RegisterReply, RegisterRequest } from '../../decide/registration.ts';
import { trunkOf } from '../../decide/sources.ts';
import type { RegisterResult } from '../../domain/binding.ts';
import type { IncomingCall } from '../../domain/call.ts';
import type { Config } from '../../domain/config.ts';
import type { Line } from '../../domain/line.ts';
import { tagOf } from '../../protocol/sip/headers/name-addr.ts';
import { IncomingLeg } from './caller-leg.ts';
import { dialogId } from './dialogs.ts';
import { allow } from './headers.ts';
import { readInvite, sourceOf, unsupported } from './incoming.ts';
import type { Legs } from './legs.ts';
import type { Prover } from './prove.ts';
import { header } from './read.ts';
import { isOwnAddress, readRegister, replyHeaders } from './register.ts';
import type { SipRequest, SipResponse } from './srf.ts';
import { respond } from './wire.ts';

/** Where requests come in, and whom they are for. */
export interface DoorOptions {
  /** Made after the door, since the connection needs it. */
  legs(): Legs;
  readonly prover: Prover;
  /** The configuration as it is now: the request keeps it. */
  config(): Config;
  onCall(call: IncomingCall, leg: CallerLeg, config: Config): void;
  onRegister(request: RegisterRequest, policy: RegisterPolicy): Promise<RegisterReply>;
  /** How a REGISTER was answered. */
  registered(result: RegisterResult): void;
  /** Does a phone register from this address? */
  isKnown(address: string, port: number): boolean;
  /** A SUBSCRIBE of somebody who is known here. */
  subscribed?(req: SipRequest, res: SipResponse): void;
  /** Something threw where no frame is being handled. */
  alarm(error: unknown): void;
  /** False while the exchange is being stopped. */
  takesCalls(): boolean;
}

/** Every request of the engine goes through here: to its dialog, or to the one who serves its method. */
export function createDoor(options: DoorOptions): (req: SipRequest, res: SipResponse) => void {
  return (req, res) => {
    const owner = options.legs().dialogs.find(req.stackDialogId);
    if (owner !== undefined) owner.handle(req, res);
    else if (req.source === 'network' && req.method !== 'ACK') newRequest(req, res, options);
  };
}

function newRequest(req: SipRequest, res: SipResponse, options: DoorOptions): void {
  switch (req.method) {
    case 'INVITE':
      invite(req, res, options);
      break;
    case 'REGISTER':
      register(req, res, options);
      break;
    default:
      other(req, res, options);
  }
}

function invite(req: SipRequest, res: SipResponse, options: DoorOptions): void {
  const callId = header(req, 'call-id');
  const tag = tagOf(header(req, 'from') ?? '');
  const to = header(req, 'to');
  if (callId === undefined || tag === undefined || to === undefined || header(req, 'contact') === undefined) {
    respond(res, 400);
    return;
  }
  const id = dialogId(callId, tag);
  const legs = options.legs();
  // RFC 3261 §12.2.2: for a dialog we do not know; §8.2.2.2: the same request by another way.
  if (tagOf(to) !== undefined) respond(res, 481);
  else if (legs.dialogs.find(id) !== undefined) respond(res, 482);
  else admit(req, res, id, legs, options);
}

/** Trunks are known by their address; everybody else proves a password, for this very request. */
function admit(req: SipRequest, res: SipResponse, id: string, legs: Legs, options: DoorOptions): void {
  const config = options.config();
  const isTrunk = trunkOf(sourceOf(req), config) !== undefined;
  const proved = isTrunk ? undefined : options.prover.prove(req, config, 'proxy-authorization');
  if (proved?.is === 'asked') {
    respond(res, 407, { headers: { 'Proxy-Authenticate': proved.challenge } });
  } else if (proved?.is === 'not listened to') {
    respond(res, 403, { headers: { 'Retry-After': String(proved.seconds) } });
  } else {
    const call = readInvite(req, legs.now(), proved?.line.id);
    options.onCall(call, new IncomingLeg(req, res, id, legs), config);
  }
}

/** What a phone may require of a registrar (RFC 3261 §10.3 step 2): RFC 3327, RFC 5626. */
const knownOfRegister: ReadonlySet<string> = new Set(['path', 'outbound']);

function register(req: SipRequest, res: SipResponse, options: DoorOptions): void {
  const config = options.config();
  const proved = options.prover.prove(req, config, 'authorization');
  if (proved.is === 'asked') {
    options.registered(proved.wrong ? 'wrong password' : 'challenged');
    respond(res, 401, { headers: { 'WWW-Authenticate': proved.challenge } });
  } else if (proved.is === 'not listened to') {
    options.registered('not listened to');
    respond(res, 403, { headers: { 'Retry-After': String(proved.seconds) } });
  } else {
    registerLine(req, res, proved.line, config, options);
  }
}

function registerLine(req: SipRequest, res: SipResponse, line: Line, config: Config, options: DoorOptions): void {
  const strange = unsupported(req, knownOfRegister);
  if (strange.length > 0) {
    options.registered('refused');
    respond(res, 420, { headers: { Unsupported: strange.join(', ') } });
    return;
  }
  const request = isOwnAddress(req, line) ? readRegister(req, line) : undefined;
  if (request === undefined || typeof request === 'string') {
    options.registered('refused');
    respond(res, request === undefined ? 403 : 400);
    return;
  }
  const { secondsAtLeast, secondsAtMost, seconds } = config.exchange.registration;
  const policy = { secondsAtLeast, secondsAtMost, seconds, contactsAtMost: line.contactsAtMost };
  options
    .onRegister(request, policy)
    .then((reply) => {
      options.registered(reply.sip === 200 ? 'accepted' : reply.sip === 500 ? 'failed' : 'refused');
      respond(res, reply.sip, { headers: replyHeaders(reply) });
    }, options.alarm)
    .catch(options.alarm);
}

/** Methods we do not serve. Strangers learn nothing from the answer, not even that. */
const otherAnswers: Readonly<Record<string, number>> = {
  REFER: 501,
  SUBSCRIBE: 489,
  PUBLISH: 489,
  MESSAGE: 405,
};

function other(req: SipRequest, res: SipResponse, options: DoorOptions): void {
  const source = sourceOf(req);
  const isTrunk = trunkOf(source, options.config()) !== undefined;
  if (!isTrunk && !options.isKnown(source.address, source.port)) {
    respond(res, 403);
  } else if (req.method === 'SUBSCRIBE' && !isTrunk && options.subscribed !== undefined) {
    options.subscribed(req, res);
  } else if (req.method === 'OPTIONS') {
    options.takesCalls() ? respond(res, 200, { headers: capabilities }) : respond(res, 503, { headers: later });
  } else {
    respond(res, otherAnswers[req.method] ?? 481, { headers: { Allow: allow } });
  }
}

/** RFC 3261 §11.2. */
const capabilities = { Allow: allow, Accept: 'application/sdp', Supported: 'timer, path, outbound' };
const later = { 'Retry-After': '30' };
