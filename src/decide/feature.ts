import type { Account, Destination, Reason, RouteDecision, Treatment } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, SiteId } from '../domain/ids.ts';
import type { Line } from '../domain/line.ts';
import { meetingSecondsAtMost } from '../domain/meeting.ts';
import { remember } from '../domain/remember.ts';
import type { Say } from '../domain/say.ts';
import type { Service } from '../domain/service.ts';
import type { Site } from '../domain/site.ts';
import type { ForwardTime, WishChange, Wishes } from '../domain/wishes.ts';
import { type Feature, readFeatureCode } from './feature-code.ts';
import { whyNeverForwarded } from './forward-to.ts';
import { concernedByService } from './service-concerns.ts';
import { ownerOfExtension } from './town-numbers.ts';
import { refuseWith, type Treated } from './treated.ts';
import type { Forwarder } from './wishing.ts';

/** What dialling a star code comes to. `undefined`: it is no code of wishes. Only a line of the town has wishes. */
export function treatFeature(
  code: string,
  account: Account | undefined,
  wishes: Wishes,
  config: Config,
  dial: (digits: string) => RouteDecision,
): Treated | undefined {
  const feature = readFeatureCode(code);
  if (feature === undefined) return undefined;
  if (account?.line === undefined) {
    return refuseWith('no-such-feature', { room: 'line', says: 'only a line of the town has wishes' });
  }
  if (feature.is === 'pick up') return pickUp(feature.extension, { by: account.line, site: account.site }, config);
  if (feature.is === 'park') return fetchFrom(feature.place, account.line, account.site);
  if (feature.is === 'confer') return beginConference(account.line);
  if (feature.is === 'agent') return agentOf(feature, account.line, config);
  if (feature.is === 'filter') return switchFilter(feature, account.line, config);
  if (feature.is === 'switch') return switchService(feature, account.line, config);
  const { change, say, because } = spoken(feature, wishes, {
    from: config.lines.get(account.line),
    site: account.site,
    dial,
  });
  const reason: Reason = { room: 'line', says: because };
  return {
    treatment: { do: 'wish', of: account.line as LineId, ...(change && { change }), say },
    because: [reason],
  };
}

function serviceAt(extension: string, config: Config): Service | undefined {
  const owner = ownerOfExtension(extension, config);
  return owner?.is === 'service' ? config.services.get(owner.service) : undefined;
}

function agentOf({ as, extension }: Extract<Feature, { is: 'agent' }>, of: LineId, config: Config): Treated {
  const service = serviceAt(extension, config);
  if (service === undefined || !concernedByService(service, config).lines.includes(of)) {
    return refuseWith('no-such-feature', { room: 'line', says: `${of} is no agent of ${extension}` });
  }
  const change: WishChange = { set: 'agent', as, service: service.id };
  const because: Reason = { room: 'line', says: `as an agent of ${service.id}: ${as}` };
  return { treatment: { do: 'wish', of, change, say: [confirmed(change)] }, because: [because] };
}

/** The boss switches their own filter, and so does each of their secretaries. */
function switchFilter({ on, boss }: Extract<Feature, { is: 'filter' }>, by: LineId, config: Config): Treated {
  const owner = boss === undefined ? undefined : ownerOfExtension(boss, config);
  const line = config.lines.get(boss === undefined ? by : owner?.is === 'line' ? owner.line : by);
  const own = config.lines.get(by)?.extension;
  const isOwn = boss === undefined || boss === own;
  const isSecretary = line?.extension === boss && own !== undefined && line?.filter?.secretary.includes(own) === true;
  if (line?.filter === undefined || !(isOwn || isSecretary)) {
    return refuseWith('no-such-feature', { room: 'line', says: `${by} has no filter of ${boss ?? by} to switch` });
  }
  const change: WishChange = on ? { clear: 'filterOff' } : { set: 'filterOff' };
  const because: Reason = { room: 'line', says: `the filter of ${line.id} is switched ${on ? 'on' : 'off'}` };
  return { treatment: { do: 'wish', of: line.id, change, say: [confirmed(change)] }, because: [because] };
}

/** Only who is named in the block; it is known before anything is switched whether there is a crisis to switch to. */
function switchService({ extension, mode }: Extract<Feature, { is: 'switch' }>, by: LineId, config: Config): Treated {
  const service = serviceAt(extension, config);
  if (service === undefined) {
    return refuseWith('no-such-feature', { room: 'service', says: `${extension} is no service` });
  }
  const where = `services.${service.id}`;
  const own = config.lines.get(by)?.extension;
  if (own === undefined || !service.switchedBy.includes(own)) {
    const says = `${by} may not switch ${service.id}`;
    return refuseWith('barred', { room: 'service', says, config: `${where}.switchedBy` });
  }
  if (mode === 'crisis' && service.crisis === undefined) {
    const says = `${service.id} has no crisis to be switched to`;
    return refuseWith('no-such-feature', { room: 'service', says, config: where });
  }
  const says = mode === undefined ? `asks how ${service.id} stands` : `switches ${service.id} to ${mode}`;
  return {
    treatment: { do: 'switch service', service: service.id, ...(mode !== undefined && { mode }), by },
    because: [{ room: 'service', says, config: `${where}.switchedBy` }],
  };
}

/**
 * A call that rings at a colleague's: a named one of the same site, since a pick-up is a look at who is called; without a name, in one's
 * own group.
 */
function pickUp(
  extension: string | undefined,
  { by, site }: { readonly by: LineId; readonly site: Site },
  config: Config,
): Treated {
  const owner = extension === undefined ? undefined : ownerOfExtension(extension, config);
  const named = owner?.is === 'line' ? config.lines.get(owner.line) : undefined;
  const group = groupOf(config.lines.get(by), site.id);
  const lines = extension === undefined ? groups(config).get(group) : named?.site === site.id ? [named.id] : undefined;
  if (lines === undefined) {
    return refuseWith('no-such-feature', { room: 'line', says: `${extension} is no line of ${site.id}` });
  }
  const says = `takes a call that rings at ${extension ?? group}`;
  return { treatment: { do: 'pick up', by, from: lines }, because: [{ room: 'line', says }] };
}

/** A call that is parked at the caller's site. */
function fetchFrom(place: number | undefined, by: LineId, site: Site): Treated {
  const says = `fetches the call parked ${place === undefined ? 'longest' : `on 70${place}`} at ${site.id}`;
  return {
    treatment: { do: 'fetch', by, site: site.id, ...(place !== undefined && { place }) },
    because: [{ room: 'line', says }],
  };
}

/** Whoever waits for the line hears it, and each other, from now on. */
function beginConference(room: LineId): Treated {
  const otherwise: Treatment = { do: 'refuse', why: 'unreachable' };
  const treatment: Treatment = { do: 'confer', room, as: 'host', seconds: meetingSecondsAtMost, otherwise };
  return { treatment, because: [{ room: 'line', says: `begins the conference of ${room}` }] };
}

/** The lines of each group: of those that are named, and of each site those that name none. */
const groups = remember((config: Config): ReadonlyMap<string, readonly LineId[]> => {
  const of = new Map<string, LineId[]>();
  for (const line of config.lines.values()) {
    const group = groupOf(line, line.site);
    of.set(group, [...(of.get(group) ?? []), line.id]);
  }
  return of;
});

/** Sites and groups may have the same name. */
function groupOf(line: Line | undefined, site: SiteId): string {
  return line?.pickupGroup === undefined ? site : `group ${line.pickupGroup}`;
}

interface Spoken {
  readonly change?: WishChange;
  readonly say: readonly Say[];
  readonly because: string;
}

function spoken(
  feature: Exclude<Feature, { is: 'pick up' | 'park' | 'confer' | 'agent' | 'switch' | 'filter' }>,
  wishes: Wishes,
  asking: Asking,
): Spoken {
  switch (feature.is) {
    case 'ask': {
      const forward = wishes.forwards?.[feature.when];
      return { say: [forward ? forwarded(feature.when, forward.to) : { prompt: 'forward.none' }], because: 'asks' };
    }
    case 'toggle': {
      const isOn = wishes[feature.flag] === true;
      const change: WishChange = isOn ? { clear: feature.flag } : { set: feature.flag };
      return { change, say: [confirmed(change)], because: `${feature.flag} ${isOn ? 'off' : 'on'}` };
    }
    case 'change':
      return changing(feature.change, asking);
  }
}

interface Asking extends Pick<Forwarder, 'site'> {
  readonly from: Forwarder['line'] | undefined;
  readonly dial: (digits: string) => RouteDecision;
}

/** Of a forward, rights and reach are judged before it is wished; who is there, and which trunk is full, is another moment's. */
function changing(change: WishChange, { from, site, dial }: Asking): Spoken {
  if ('number' in change) return blocking(change, dial(change.number));
  const leadsOn = 'set' in change && (change.set === 'forward' || change.set === 'twin');
  const why = leadsOn && from !== undefined ? whyNeverForwarded(dial(change.to), { line: from, site }) : undefined;
  if (why !== undefined) return { say: [{ prompt: 'forward.refused' }], because: `not forwarded there: ${why}` };
  return { change, say: [confirmed(change)], because: `${'set' in change ? 'sets' : 'clears'} a wish` };
}

/** Callers are known by their E.164 number or their extension: what was keyed is written so, however the line would dial it. */
function blocking(change: Extract<WishChange, { number: string }>, { destination }: RouteDecision): Spoken {
  const number = callerAt(destination);
  if (number === undefined) return { say: [{ prompt: 'refused.not-in-service' }], because: 'nobody calls from there' };
  const written = { ...change, number };
  return {
    change: written,
    say: [confirmed(written)],
    because: 'set' in change ? 'blocks a caller' : 'blocks a caller no longer',
  };
}

function callerAt(destination: Destination): string | undefined {
  switch (destination.is) {
    case 'outside':
      return 'e164' in destination.number ? destination.number.e164 : undefined;
    case 'line':
      return destination.line.extension;
    case 'ipbx':
      return destination.extension;
    default:
      return undefined;
  }
}

const forwardSentences: Readonly<Record<ForwardTime, string>> = {
  always: 'forward.always',
  busy: 'forward.busy',
  'no answer': 'forward.no-answer',
  unreachable: 'forward.unreachable',
};

function forwarded(when: ForwardTime, number: string): Say {
  return { prompt: forwardSentences[when], values: { number } };
}

/** The sentence that confirms a change. */
export function confirmed(change: WishChange): Say {
  if ('clear' in change) return { prompt: cleared[change.clear] };
  if (change.set === 'forward') return forwarded(change.when, change.to);
  return { prompt: change.set === 'agent' ? agentSentences[change.as] : setSentences[change.set] };
}

type Of<Verb extends 'set' | 'clear'> = WishChange extends infer Change
  ? Change extends Record<Verb, infer What extends string>
    ? What
    : never
  : never;

const cleared: Readonly<Record<Of<'clear'>, string>> = {
  forward: 'forward.off',
  'all forwards': 'forward.all-off',
  twin: 'code.done',
  block: 'code.done',
  doNotDisturb: 'disturb.off',
  hidesNumber: 'caller-id.shown',
  noCallWaiting: 'call-waiting.on',
  rejectsAnonymous: 'filter.off',
  filterOff: 'filter.on',
};

const setSentences: Readonly<Record<Exclude<Of<'set'>, 'forward' | 'agent'>, string>> = {
  twin: 'code.done',
  block: 'code.done',
  doNotDisturb: 'disturb.on',
  hidesNumber: 'caller-id.hidden',
  noCallWaiting: 'call-waiting.off',
  rejectsAnonymous: 'filter.on',
  filterOff: 'filter.off',
};

const agentSentences = { in: 'agent.in', out: 'agent.out', paused: 'agent.paused' } as const;
