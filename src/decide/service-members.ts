import type { Account, AgentFacts, Destination, Facts, Reason, SaidFirst, Target } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, ServiceId, TrunkId } from '../domain/ids.ts';
import type { E164 } from '../domain/numbers.ts';
import type { Right } from '../domain/reach.ts';
import type { Rung, Service } from '../domain/service.ts';
import type { Trunk } from '../domain/trunk.ts';
import { shownAsService, shownInside, shownToIpbx } from './caller-id.ts';
import { resolve } from './dial-plan.ts';
import { leaving, type Outgoing } from './leaving.ts';
import { ownerOfExtension } from './town-numbers.ts';
import { chooseTrunks } from './trunk-choice.ts';
import { calledOn, extensionOn, writtenOn } from './written.ts';

/** Those who can ring now, in the order of the block, and how many cannot. */
export interface Round {
  readonly ready: readonly Ready[];
  /** They talk to somebody else, or have just done so, or are on a break: they will be back. */
  readonly busy: number;
  /** They have logged out of this service. */
  readonly out: number;
  /** No phone of theirs is there, or they may not be called. */
  readonly away: number;
  /** Lines of the service's own site, and how many of them have a phone that is there, whatever else keeps them from the call. */
  readonly atSite: number;
  readonly atSiteThere: number;
  readonly because: readonly Reason[];
}

/** One who can ring: the way to them that is tried first, and those that are left when it fails. */
export interface Ready {
  readonly targets: readonly [Target, ...Target[]];
  readonly line?: LineId;
}

/** As one of several who ring: a way that cannot be taken leads to the next. */
export function rungAs({ targets: [first, ...more] }: Ready): Target {
  return more.length === 0 || first.is !== 'trunk' ? first : { ...first, orElse: more };
}

/** A phone that is registered and dead shows no sign of life: nobody waits for it any longer than that. Networks take their time. */
export function signOfLife(targets: readonly Target[]): { readonly silentSeconds?: number } {
  return targets.some(({ is }) => is === 'line') ? { silentSeconds: SIGN_OF_LIFE_SECONDS } : {};
}

const SIGN_OF_LIFE_SECONDS = 3;

/** On whose account a service calls its mobiles: the rights it is given at its site, and nobody’s line. */
export function serviceAccount(service: Service, config: Config): Account | undefined {
  const site = config.sites.get(service.site);
  if (site === undefined) return undefined;
  const named = service.rights ?? site.rights.default;
  return {
    site,
    mayReach: site.rights.classes.get(named) ?? NOTHING,
    rightsFrom: `class ${named} of ${site.id}, for service ${service.id}`,
    service: service.id,
  };
}

/** Who of these can ring now. The members of another service stand in its place; nobody rings twice. */
export function roundOf(who: readonly Rung[], service: Service, facts: Facts, outgoing: Outgoing): Round {
  const search: Search = {
    service,
    facts,
    outgoing,
    ready: new Map(),
    because: [],
    busy: 0,
    out: 0,
    away: 0,
    atSite: 0,
    atSiteThere: 0,
    seen: new Set(),
  };
  search.seen.add(service.id);
  for (const rung of who) find(rung, search);
  const { busy, out, away, atSite, atSiteThere, because } = search;
  return { ready: [...search.ready.values()], busy, out, away, atSite, atSiteThere, because };
}

/** In the order they ring. `rotating`: each call begins one further on. `longest idle`: who has waited longest for a call. */
export function inOrder(round: readonly Ready[], service: Service, facts: Facts): readonly Ready[] {
  if (service.strategy === 'rotating' && round.length > 1) {
    const turn = facts.turns?.get(service.id) ?? Math.floor(facts.chance * round.length);
    const first = turn % round.length;
    return [...round.slice(first), ...round.slice(0, first)];
  }
  if (service.strategy !== 'longest idle') return round;
  const agents = facts.agents?.get(service.id);
  // Of a mobile, or a post of the IPBX, nobody knows how long it has been idle.
  const since = ({ line }: Ready): number =>
    line === undefined ? Number.MAX_SAFE_INTEGER : (agents?.get(line)?.idleSince ?? 0);
  return round.toSorted((a, b) => since(a) - since(b));
}

const NOTHING: ReadonlySet<Right> = new Set();
/** More than any service has members; those of other services count too. */
const RINGING_AT_MOST = 40;
/** A mobile’s voicemail answers too: only who presses the key has the call. */
const ACCEPT: SaidFirst = {
  say: [{ prompt: 'mobile.call' }, { prompt: 'menu.accept', values: { key: '1' } }],
  key: '1',
  waitSeconds: 5,
};

interface Search {
  readonly service: Service;
  readonly facts: Facts;
  readonly outgoing: Outgoing;
  /** By what makes them one and the same: the line, or the number called. */
  readonly ready: Map<string, Ready>;
  readonly because: Reason[];
  readonly seen: Set<ServiceId>;
  busy: number;
  out: number;
  away: number;
  atSite: number;
  atSiteThere: number;
}

function find(rung: Rung, search: Search): void {
  if (search.ready.size >= RINGING_AT_MOST) return;
  switch (rung.is) {
    case 'extension':
      findExtension(rung.extension, search);
      return;
    case 'number':
      findNumber(rung.number, search);
      return;
    case 'service':
      findService(rung.service, search);
      return;
  }
}

function findExtension(extension: string, search: Search): void {
  const owner = ownerOfExtension(extension, search.outgoing.config);
  if (owner?.is === 'line') findLine(owner.line, search);
  else if (owner?.is === 'service') findService(owner.service, search);
  else if (owner?.is === 'ipbx') findIpbx(owner.trunk, extension, search);
  else isAway(extension, 'nobody has this extension', search);
}

function findService(id: ServiceId, search: Search): void {
  const service = search.outgoing.config.services.get(id);
  if (service === undefined || search.seen.has(id)) return;
  search.seen.add(id);
  for (const member of service.members) find(member, search);
}

function findLine(line: LineId, search: Search): void {
  const { facts, outgoing, service } = search;
  const { caller, withheld, config } = outgoing;
  // The caller's own phone is busy with this very call.
  const isCaller = caller.is === 'line' && caller.line.id === line;
  const isThere = facts.contacts.get(line) !== 0 && config.lines.has(line);
  if (config.lines.get(line)?.site === service.site) {
    search.atSite += 1;
    if (isThere) search.atSiteThere += 1;
  }
  if (!isThere) {
    isAway(line, 'no phone is registered', search);
    return;
  }
  const agent = facts.agents?.get(service.id)?.get(line);
  const not = isCaller ? 'calls' : notFree(line, agent, facts);
  if (not !== undefined) {
    if (agent?.is === 'out') search.out += 1;
    else search.busy += 1;
    because(`${line} ${not}`, search);
    return;
  }
  const first = whisperOf(service);
  const shows = shownInside(caller, withheld, config);
  search.ready.set(line, { targets: [{ is: 'line', line, shows, ...first }], line });
}

/** Why an agent takes no call at the moment. */
function notFree(line: LineId, agent: AgentFacts | undefined, facts: Facts): string | undefined {
  if (agent !== undefined && agent.is !== 'in') return NOT_IN[agent.is];
  return facts.linesBusy?.has(line) ? 'talks to somebody else' : undefined;
}

const NOT_IN = {
  out: 'has logged out',
  paused: 'is on a break',
  undisturbed: 'is not to be disturbed',
  'wrapping up': 'has just had a call',
} as const;

function findIpbx(id: TrunkId, extension: string, search: Search): void {
  const { facts, outgoing, service } = search;
  const { caller, withheld, config } = outgoing;
  const trunk = config.trunks.get(id);
  const choice = trunk && chooseTrunks([trunk], facts, true);
  if (trunk === undefined || choice === undefined || choice.targets.length === 0) {
    isAway(extension, `trunk ${id} is full`, search);
    return;
  }
  const identity = shownToIpbx(caller, trunk, withheld, config);
  const leaves = leaving(extensionOn(trunk, extension, config), identity, trunk, outgoing);
  const first = whisperOf(service);
  const targets = choice.targets.map(
    ({ target }): Target => ({ is: 'trunk', trunk: trunk.id, target, leaving: leaves, emergency: false, ...first }),
  );
  put(extension, targets, search);
}

/** A number outside, on the service's own account: its rights, its bill. One of the town's own stays inside. */
function findNumber(number: E164, search: Search): void {
  const { service, outgoing } = search;
  const account = serviceAccount(service, outgoing.config);
  const destination = account && resolve(number, account, outgoing.config).destination;
  if (account === undefined || destination === undefined) {
    isAway(number, 'the service has no site', search);
    return;
  }
  switch (destination.is) {
    case 'line':
      findLine(destination.line.id, search);
      return;
    case 'service':
      findService(destination.service.id, search);
      return;
    case 'ipbx':
      findIpbx(destination.trunk.id, destination.extension, search);
      return;
    case 'outside':
      findOutside(number, destination, search);
      return;
    default:
      isAway(number, `${account.rightsFrom} may not call it`, search);
  }
}

function findOutside(number: E164, destination: Extract<Destination, { is: 'outside' }>, search: Search): void {
  const { facts, outgoing, service } = search;
  const { config } = outgoing;
  const trunks = destination.via.flatMap((id) => config.trunks.get(id) ?? []);
  const targets = chooseTrunks(trunks, facts, true).targets.map(({ trunk, target }): Target => {
    const leaves = leavingTo(calledOn(trunk, destination.number, config), trunk, service, outgoing);
    return { is: 'trunk', trunk: trunk.id, target, leaving: leaves, emergency: false, first: ACCEPT };
  });
  if (targets.length === 0) {
    isAway(number, 'no trunk is free', search);
    return;
  }
  put(number, targets, search);
}

/** Shown by the policy of the service; RFC 5806 tells the network, and the mobile, which number of ours was called. */
function leavingTo(called: string, trunk: Trunk, service: Service, outgoing: Outgoing) {
  const leaves = leaving(called, shownAsService(service, trunk, outgoing), trunk, outgoing);
  const [number] = service.numbers;
  if (number === undefined || trunk.diversion === 'none') return leaves;
  const own = { by: writtenOn(trunk, number, outgoing.config), reason: 'unconditional', counter: 1 } as const;
  return { ...leaves, diversions: [own, ...leaves.diversions].slice(0, DIVERSIONS_AT_MOST) };
}

/** RFC 5806 §9. */
const DIVERSIONS_AT_MOST = 5;

function put(key: string, targets: readonly Target[], search: Search): void {
  const [first, ...rest] = targets.map(
    (target): Target => (target.is === 'trunk' ? { ...target, member: key } : target),
  );
  if (first !== undefined) search.ready.set(key, { targets: [first, ...rest] });
}

function isAway(member: string, why: string, search: Search): void {
  search.away += 1;
  because(`${member} cannot be rung: ${why}`, search);
}

function because(says: string, search: Search): void {
  search.because.push({ room: 'service', says, config: `services.${search.service.id}.members` });
}

/** What the one who answers hears first: for which service it is. */
function whisperOf({ whisper, extension, numbers }: Service): { readonly first?: SaidFirst } {
  if (whisper === undefined) return {};
  const number = [{ prompt: 'agent.whisper', values: { service: extension ?? numbers[0] ?? '' } }];
  return { first: { say: whisper === 'number' ? number : whisper } };
}
