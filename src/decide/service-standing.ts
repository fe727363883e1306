import type { Facts, Reason } from '../domain/call.ts';
import type { Instant } from '../domain/instant.ts';
import type { Say } from '../domain/say.ts';
import type { Service, ServiceMode, ServiceWay } from '../domain/service.ts';
import type { Outgoing } from './leaving.ts';
import { nextOpening, opennessAt } from './schedule.ts';

/** How a service stands at the moment: by its hours, or as somebody has switched it. */
export type Standing =
  | { readonly is: 'open'; readonly because: Reason }
  | { readonly is: 'crisis'; readonly way: ServiceWay; readonly because: Reason }
  | { readonly is: 'closed'; readonly way: ServiceWay; readonly opensAt?: Instant; readonly because: Reason };

/** How this caller is treated, wherever the call is handed on to. */
export interface Manner {
  /** No welcome: somebody inside, or a caller for whom it would be in the way. */
  readonly plain: boolean;
  /** It rings at all hours, and nobody waits in line: help calls back. */
  readonly urgent: boolean;
  readonly because: readonly Reason[];
}

export function standingOf(service: Service, facts: Facts, manner: Manner): Standing {
  const { id } = service;
  if (manner.urgent)
    return { is: 'open', because: { room: 'service', says: `${id} rings at all hours for this call` } };
  return standingNow(service, facts.at, facts.serviceModes?.get(id) ?? 'normal');
}

/** The same, whoever calls. */
export function standingNow(service: Service, at: Instant, mode: ServiceMode): Standing {
  const { id, schedule } = service;
  const config = `services.${id}.hours`;
  if (mode === 'crisis' && service.crisis !== undefined) {
    const because: Reason = { room: 'service', says: `${id} is switched to crisis`, config: `services.${id}.crisis` };
    return { is: 'crisis', way: service.crisis, because };
  }
  if (mode === 'closed') {
    return { is: 'closed', way: closedWay(service), because: { room: 'service', says: `${id} is switched to closed` } };
  }
  if (schedule === undefined) return { is: 'open', because: { room: 'service', says: `${id} is open at all hours` } };
  const { open, says } = opennessAt(at, schedule);
  const because: Reason = { room: 'service', says: `${id} is ${says}`, config };
  if (open) return { is: 'open', because };
  const opensAt = nextOpening(at, schedule);
  return { is: 'closed', way: closedWay(service), ...(opensAt !== undefined && { opensAt }), because };
}

/** How it stands, for whoever has switched it. */
export function standingSentence(service: Service, at: Instant, mode: ServiceMode): Say {
  return { prompt: `service.${standingNow(service, at, mode).is}` };
}

/** A call that is answered before anybody is there costs, and gets in the way of who has no time for it. */
export function mannerOf(service: Service, facts: Facts, { caller, config }: Outgoing): Manner {
  if (caller.is !== 'outside') {
    const who = caller.is === 'line' ? `line ${caller.line.id}` : `trunk ${caller.trunk.id}`;
    return { plain: true, urgent: false, because: skips(service, `${who} is inside`) };
  }
  const called = service.numbers.find((number) => {
    const when = facts.helpCalled?.get(number);
    return when !== undefined && facts.at >= when && facts.at - when < CALL_BACK_MS;
  });
  if (called !== undefined) {
    return { plain: true, urgent: true, because: skips(service, `help was called with ${called} a moment ago`) };
  }
  const number = caller.number !== undefined && 'e164' in caller.number ? caller.number.e164 : undefined;
  if (number !== undefined && config.exchange.relayNumbers.includes(number)) {
    return { plain: true, urgent: false, because: skips(service, 'the relay service calls for somebody deaf') };
  }
  return { plain: false, urgent: false, because: [] };
}

/** Half an hour: for so long after an emergency call, its number is called back by those who come. */
const CALL_BACK_MS = 30 * 60_000;

function skips({ id, preAnswer }: Service, why: string): readonly Reason[] {
  if (preAnswer === undefined) return [];
  return [{ room: 'service', says: `no welcome: ${why}`, config: `services.${id}.preAnswer` }];
}

/** A service that says nothing of it says that it is closed. */
function closedWay({ closed }: Service): ServiceWay {
  return closed ?? { say: [{ prompt: 'hotline.closed' }], goal: { is: 'last resort', resort: 'goodbye' } };
}
