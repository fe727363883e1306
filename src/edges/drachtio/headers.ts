import type { StopReason } from '../../call/ports.ts';
import type { Leaving, Shown } from '../../domain/call.ts';
import { type Refusal, refusals } from '../../domain/refusals.ts';
import type { TrunkFile } from '../../domain/trunk.ts';
import { isSafeHeaderValue, quoted } from '../../protocol/sip/header-value.ts';
import { writeDiversion, writeHistory } from './diversion.ts';
import { earlyMediaSupported } from './early-media.ts';
import { header, list, names } from './read.ts';
import type { SipMessage } from './srf.ts';
import type { Headers } from './wire.ts';

/** The methods we serve. */
export const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY, SUBSCRIBE';
const supported = 'timer';

/** RFC 3323 §4.1.1.3: the address of somebody who does not want to be known. */
const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** Who is calling, as a colleague's phone or a service is told. */
export function towardsLine(shows: Shown, host: string): Headers {
  return { From: from(shows, host), ...(shows.withheld && { Privacy: 'id' }) };
}

/** A call as it leaves on a trunk: RFC 3325 §9 identity, RFC 5806 and RFC 7044 diversions. `localhost` becomes the engine's address. */
export function towardsTrunk(leaving: Leaving, trunk: Pick<TrunkFile, 'diversion'>, realm: string): Headers {
  const { shows, asserted, diversions, called } = leaving;
  const told = diversions.length > 0;
  const uri = (number: string): string => numberUri(number, realm);
  const diversion = told && (trunk.diversion === 'diversion' || trunk.diversion === 'both');
  const history = told && (trunk.diversion === 'history-info' || trunk.diversion === 'both');
  return {
    From: from(shows, 'localhost'),
    ...earlyMediaSupported,
    ...(shows.withheld && { Privacy: 'id' }),
    ...(asserted !== undefined && { 'P-Asserted-Identity': `<${numberUri(asserted, 'localhost')}>` }),
    ...(diversion && { Diversion: writeDiversion(diversions, uri) }),
    ...(history && { 'History-Info': writeHistory(diversions, called, uri) }),
  };
}

/** What every INVITE of ours carries, and what of the caller's INVITE passes: session timers (RFC 4028), nothing else. */
export function ofNewInvite(caller: Pick<SipMessage, 'header' | 'body'>, maxForwards: number): Headers {
  return {
    'Max-Forwards': String(maxForwards),
    Allow: allow,
    Supported: supported,
    ...sessionTimer(caller),
    ...(caller.body && { 'Content-Type': 'application/sdp' }),
  };
}

type SessionTimer = { readonly 'Session-Expires'?: string; readonly 'Min-SE'?: string };

/** Session-Expires and Min-SE pass between the legs; the engine runs the timers on each. */
export function sessionTimer(message: Pick<SipMessage, 'header'>): SessionTimer {
  const expires = header(message, 'session-expires') ?? header(message, 'x');
  const minSe = header(message, 'min-se');
  return {
    ...(expires !== undefined && /^\d{1,8}\s*(;[\w;= -]*)?$/.test(expires) && { 'Session-Expires': expires }),
    ...(minSe !== undefined && /^\d{1,8}$/.test(minSe) && { 'Min-SE': minSe }),
  };
}

/**
 * An interval of our own for a call in which nobody asked for one (RFC 4028 §4 recommends 30 minutes): a phone that has vanished
 * would hold its channel for ever. The phone refreshes, never we: a refresh of ours that is challenged would end the call.
 */
const ownSeconds = 1800;

/** What an INVITE to a phone asks for when the caller asked for nothing; a phone without timers says nothing to it. */
export function withOwnTimer(invite: Headers): Headers {
  const ours = 'Supported' in invite && !('Session-Expires' in invite);
  return ours ? Object.assign({}, invite, { 'Session-Expires': `${ownSeconds};refresher=uas` }) : invite;
}

/** What goes with our 200 when the caller knows timers: what the callee granted if it was asked for, else that the caller shall refresh. */
export function ofAnswer(answer: SipMessage, caller: SipMessage): Headers {
  const timer = names(header(caller, 'supported') ?? header(caller, 'k'), 'timer') ? granted(answer, caller) : {};
  return {
    Allow: allow,
    Supported: supported,
    ...timer,
    ...('Session-Expires' in timer && { Require: 'timer' }),
    ...(answer.body && { 'Content-Type': 'application/sdp' }),
  };
}

/** RFC 4028 §9, Table 2: to a caller who names no refresher either may be told. One who names it is given it by the engine. */
function granted(answer: SipMessage, caller: SipMessage): Headers {
  const asked = sessionTimer(caller)['Session-Expires'];
  const agreed = sessionTimer(answer);
  if (asked !== undefined && 'Session-Expires' in agreed) return agreed;
  if (asked !== undefined && /refresher/i.test(asked)) return {};
  return { 'Session-Expires': `${asked === undefined ? ownSeconds : Number.parseInt(asked, 10)};refresher=uac` };
}

/** RFC 3326: why a call was refused, as a cause that the far end can turn into an announcement. */
export function ofRefusal(why: Refusal, q850: number | undefined): Headers {
  return { Reason: `Q.850;cause=${q850 ?? refusals[why].q850};text="${refusals[why].says}"` };
}

/** What goes with a CANCEL or with the BYE for a leg that lost. */
export function ofStop(reason: StopReason, callersReason: string | undefined): Headers {
  switch (reason) {
    case 'answered elsewhere':
      return { Reason: answeredElsewhere };
    case 'declined elsewhere':
      return { Reason: 'SIP;cause=603;text="Declined"' };
    case 'caller gone':
      // An IPBX that forked to us says why it gives up: our phones then show no missed call (RFC 3326 §3.1).
      return completedElsewhere(callersReason) ? { Reason: answeredElsewhere } : {};
    default:
      return {};
  }
}

const answeredElsewhere = 'SIP;cause=200;text="Call completed elsewhere"';

function completedElsewhere(reason: string | undefined): boolean {
  return list(reason).some((one) => /^SIP\s*;.*cause\s*=\s*200\b/i.test(one));
}

function from(shows: Shown, host: string): string {
  if (shows.withheld || shows.number === undefined) return anonymous;
  const name = shows.name !== undefined && isSafeHeaderValue(shows.name) ? `${quoted(shows.name)} ` : '';
  return `${name}<${numberUri(shows.number, host)}>`;
}

/** RFC 3261 §19.1.1: `user=phone` where the user part is a telephone number in global form. */
export function numberUri(number: string, host: string): string {
  return `sip:${escapeUser(number)}@${host}${number.startsWith('+') ? ';user=phone' : ''}`;
}

/** RFC 3261 §25.1: what is not unreserved in a user part is escaped, so a `#` of a star code survives. */
export function escapeUser(text: string): string {
  return encodeURIComponent(text).replaceAll('%2B', '+');
}
