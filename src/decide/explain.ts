import type {
  Facts,
  IncomingCall,
  Leaving,
  NotReached,
  Queue,
  Reason,
  Ring,
  RouteDecision,
  Shown,
  Target,
  Tell,
  Treatment,
} from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Fit } from '../domain/pattern.ts';
import { type Refusal, refusals } from '../domain/refusals.ts';
import type { Hears } from '../domain/say.ts';
import type { Trunk } from '../domain/trunk.ts';
import type { WishChange } from '../domain/wishes.ts';
import { identify } from './caller.ts';
import { decide } from './decide-call.ts';
import type { Tried } from './dial-plan.ts';
import { type SoundRuns, soundRuns } from './explain-media.ts';
import { callOf, factsOf, type Question, transferorOf } from './explain-question.ts';
import { accountLabel, callerLabel, sayLabel, summarise, targetLabel } from './summary.ts';
import { decideTransfer } from './transfer.ts';

/** Why a call goes where it goes: plain data, for `--json` and for the sentences of `explanationText`. */
export interface Explanation {
  readonly question: Pick<Question, 'from' | 'to' | 'site' | 'at'>;
  /** How `from` was read. */
  readonly read: string;
  readonly caller: string;
  readonly account?: { readonly is: string; readonly rightsFrom: string; readonly mayReach: readonly string[] };
  readonly dialled: string;
  readonly destination: string;
  /** Every rule that was looked at, the last of them being the one that fits, if any does. */
  readonly tried: readonly TriedRule[];
  /** The same that the ledger would keep of a live call. */
  readonly because: readonly Reason[];
  /** Every way the call may leave, in the order it is tried. */
  readonly leaves: readonly LeavesBy[];
  /** How the sound runs to whoever is rung first. */
  readonly sound: readonly SoundRuns[];
  readonly next: Next;
  readonly configuration: Config['version'];
}

export interface TriedRule {
  readonly match: string;
  readonly to: string;
  readonly config: string;
  readonly note?: string;
  /** `fits`, `too short`, `too long`, or `differs at 3`. */
  readonly fit: string;
}

/** One target of a trunk, with the call as it is written there. */
export interface LeavesBy {
  readonly target: string;
  /** `192.0.2.10:5060/udp` */
  readonly address: string;
  readonly called: string;
  readonly from: string;
  readonly assertedIdentity?: string;
  readonly privacy?: 'id';
  readonly diversion?: readonly string[];
  readonly historyInfo?: readonly string[];
  /** The From of a second try, should the number be refused. */
  readonly ifRefused?: string;
}

/** What happens, and what happens after each way it can end. */
export type Next =
  | {
      readonly do: 'ring';
      readonly how: 'together' | 'in turn';
      readonly seconds: number;
      readonly targets: readonly RungTarget[];
      /** Said while it rings. */
      readonly says?: string;
      /** What the caller hears meanwhile, once we have taken the call. */
      readonly hears?: Hears;
      /** Without a sign of life by then it is `unreachable`. */
      readonly silentSeconds?: number;
      /** By how it ends: `answered`, `caller gone`, and the ways of not being reached; those that lead to the same stand together, `busy, declined`. */
      readonly endings: Readonly<Record<string, Next>>;
    }
  | { readonly do: 'pre-answer'; readonly how: 'answer' | 'early media'; readonly next: Next }
  | { readonly do: 'tell'; readonly say: string; readonly keys: Readonly<Record<string, Next>>; readonly next: Next }
  | {
      readonly do: 'queue';
      readonly service: string;
      readonly how: string;
      readonly seconds: number;
      readonly targets: readonly RungTarget[];
      readonly hears: Hears;
      /** Said while the first ring; and the keys they are told of. */
      readonly says?: string;
      readonly offers?: string;
      readonly endings: Readonly<Record<string, Next>>;
    }
  | { readonly do: 'say goodbye'; readonly say: string }
  | { readonly do: 'mailbox'; readonly of: string; readonly because: string }
  | { readonly do: 'read mailbox'; readonly of?: string; readonly pin: boolean }
  | { readonly do: 'pick up'; readonly by: string; readonly from: readonly string[] }
  | { readonly do: 'fetch'; readonly by: string; readonly site: string; readonly place?: number }
  | {
      readonly do: 'park';
      readonly site: string;
      readonly place?: number;
      readonly seconds: number;
      readonly endings: Readonly<Record<string, Next>>;
    }
  | {
      readonly do: 'confer';
      readonly room: string;
      readonly as: 'host' | 'guest';
      readonly seconds: number;
      readonly endings: Readonly<Record<string, Next>>;
    }
  | { readonly do: 'wish'; readonly of: string; readonly change?: WishChange; readonly say: string }
  | { readonly do: 'call back'; readonly service: string; readonly say: string }
  | {
      readonly do: 'record';
      readonly service: string;
      readonly stopKey: string;
      readonly keepDays: number;
      readonly next: Next;
    }
  | { readonly do: 'meet'; readonly meeting: string }
  | { readonly do: 'switch service'; readonly service: string; readonly mode?: string; readonly by: string }
  | { readonly do: 'talk' | 'cancel what rings' }
  | { readonly do: 'pass the refusal on' }
  | {
      readonly do: 'refuse';
      readonly why: Refusal;
      readonly sip: number;
      readonly q850: number;
      readonly says: string;
    };

export interface RungTarget {
  readonly target: string;
  readonly shows: string;
  /** Rung only when the others have rung so long. */
  readonly afterSeconds?: number;
  /** Where the same is tried when that fails. */
  readonly orElse?: readonly string[];
  /** Said to whoever answers, before the two talk; and the key that takes the call. */
  readonly first?: string;
  readonly key?: string;
}

/** What would happen, by the very function that routes live calls. Total: every question has an answer. */
export function explainCall(question: Question, config: Config): Explanation {
  const { call, read } = callOf(question, config);
  const tried: Tried[] = [];
  const decision = decided(question, call, config, tried);
  return explain(decision, tried, question, read, config);
}

/** A call as it comes in; or one that a line transfers. */
function decided(question: Question, call: IncomingCall, config: Config, tried: Tried[]): RouteDecision {
  const facts = (): Facts => factsOf(question);
  const [transferor, transferee] = [transferorOf(question, config), identify(call, config)];
  if (transferor === undefined || transferee === undefined) return decide(call, config, facts, tried);
  return decideTransfer({ transferor, transferee, to: question.to, isCaller: true }, call, config, facts);
}

function explain(
  decision: RouteDecision,
  tried: readonly Tried[],
  question: Question,
  read: string,
  config: Config,
): Explanation {
  const { account, because, caller, treatment } = decision;
  const { dialled, destination } = summarise(decision);
  const { from, to, site, at } = question;
  return {
    question: { from, to, ...(site !== undefined && { site }), at },
    read,
    caller: callerLabel(caller),
    ...(account && {
      account: { is: accountLabel(account), rightsFrom: account.rightsFrom, mayReach: [...account.mayReach] },
    }),
    dialled,
    destination,
    tried: tried.map(({ rule: { rule, config: where }, fit }) => ({
      match: rule.match,
      to: rule.to,
      config: where,
      ...(rule.note !== undefined && { note: rule.note }),
      fit: fitText(fit),
    })),
    because,
    leaves: leaves(treatment, config),
    sound: soundRuns(caller, firstTargets(treatment), config),
    next: nextOf(treatment),
    configuration: config.version,
  };
}

/** Where digits and pattern part, counted from 1 for people. */
function fitText(fit: Fit): string {
  return typeof fit === 'string' ? fit : `differs at ${fit.differsAt + 1}`;
}

function nextOf(treatment: Treatment): Next {
  switch (treatment.do) {
    case 'pass the refusal on':
      return { do: treatment.do };
    case 'refuse':
      return { do: 'refuse', why: treatment.why, ...refusals[treatment.why] };
    case 'ring':
      return ringNext(treatment);
    case 'pre-answer':
      return { do: 'pre-answer', how: treatment.how, next: nextOf(treatment.next) };
    case 'record': {
      const { service, stopKey, keepDays } = treatment;
      return { do: 'record', service, stopKey, keepDays, next: nextOf(treatment.next) };
    }
    case 'tell':
      return {
        do: 'tell',
        say: sayLabel(treatment.say),
        keys: keysNext(treatment.keys),
        next: nextOf(treatment.next),
      };
    case 'queue':
      return queueNext(treatment);
    case 'say goodbye':
      return { do: treatment.do, say: sayLabel(treatment.say) };
    case 'call back':
      return { do: treatment.do, service: treatment.service, say: sayLabel(treatment.say) };
    case 'wish': {
      const { of, change, say } = treatment;
      return { do: 'wish', of, ...(change && { change }), say: sayLabel(say) };
    }
    case 'mailbox':
    case 'read mailbox':
    case 'pick up':
    case 'meet':
    case 'switch service':
    case 'fetch':
      return treatment;
    case 'confer': {
      const { otherwise, ...rest } = treatment;
      const endings: Readonly<Record<string, Next>> =
        rest.as === 'guest' ? { 'the host comes': { do: 'talk' }, 'nobody in time': nextOf(otherwise) } : {};
      return { ...rest, endings };
    }
    case 'park': {
      const { otherwise, ...rest } = treatment;
      return { ...rest, endings: { fetched: { do: 'talk' }, 'nobody in time': nextOf(otherwise) } };
    }
  }
}

const notReached: readonly NotReached[] = ['busy', 'no answer', 'unreachable', 'declined', 'failed'];

/** What several endings lead to is told once, or ten who ring in turn would be told a million times. */
function ringNext({ when, otherwise, targets, how, seconds, meanwhile, hears, silentSeconds }: Ring): Next {
  const leadTo = new Map<Treatment, NotReached[]>();
  for (const ended of notReached) {
    const then = when?.[ended] ?? otherwise;
    leadTo.set(then, [...(leadTo.get(then) ?? []), ended]);
  }
  return {
    do: 'ring',
    how,
    seconds,
    targets: targets.map(rungTarget),
    ...(meanwhile && { says: sayLabel(meanwhile.say) }),
    ...(hears && { hears }),
    ...(silentSeconds !== undefined && { silentSeconds }),
    endings: {
      answered: { do: 'talk' },
      ...Object.fromEntries([...leadTo].map(([then, ended]) => [ended.join(', '), nextOf(then)])),
      'caller gone': { do: 'cancel what rings' },
    },
  };
}

function queueNext(queue: Queue): Next {
  const { service, how, secondsAtMost, targets, hears, keys, full, otherwise, meanwhile, offers } = queue;
  const pressed = Object.entries(keysNext(keys)).map(([key, next]) => [`key ${key}`, next] as const);
  return {
    do: 'queue',
    service,
    how,
    seconds: secondsAtMost,
    targets: targets.map(rungTarget),
    hears,
    ...(meanwhile && { says: sayLabel(meanwhile.say) }),
    ...(offers && { offers: sayLabel(offers) }),
    endings: {
      answered: { do: 'talk' },
      ...Object.fromEntries(pressed),
      full: nextOf(full),
      'nobody in time': nextOf(otherwise),
      'caller gone': { do: 'cancel what rings' },
    },
  };
}

function keysNext(keys: Tell['keys']): Readonly<Record<string, Next>> {
  return Object.fromEntries(Object.entries(keys ?? {}).map(([key, after]) => [key, nextOf(after)]));
}

const rungTarget = (target: Target): RungTarget => ({
  target: targetLabel(target),
  shows: shownText(showsOf(target)),
  ...(target.afterSeconds !== undefined && { afterSeconds: target.afterSeconds }),
  ...(target.is === 'trunk' && target.orElse && { orElse: target.orElse.map(targetLabel) }),
  ...(target.first && { first: sayLabel(target.first.say), ...(target.first.key && { key: target.first.key }) }),
});

function showsOf(target: Target): Shown {
  return target.is === 'line' ? target.shows : target.leaving.shows;
}

function shownText(shows: Shown): string {
  if (shows.withheld) return 'anonymous';
  return `${shows.number ?? 'no number'}${shows.name === undefined ? '' : ` (${shows.name})`}`;
}

function leaves(treatment: Treatment, config: Config): readonly LeavesBy[] {
  const all = firstTargets(treatment).flatMap((one) => (one.is === 'trunk' ? [one, ...(one.orElse ?? [])] : [one]));
  return all.flatMap((target) => {
    const trunk = target.is === 'trunk' ? config.trunks.get(target.trunk) : undefined;
    return target.is === 'trunk' && trunk ? [leavesBy(target.target, target.leaving, trunk)] : [];
  });
}

function leavesBy(index: number, leaving: Leaving, trunk: Trunk): LeavesBy {
  const { called, shows, asserted, diversions, ifRefused } = leaving;
  const to = trunk.targets[index];
  const told = diversions.map(({ by, reason, counter }) => `${uri(by)};reason=${reason};counter=${counter}`);
  const diverted = told.length > 0;
  return {
    target: `${trunk.id}[${index}]`,
    address: to === undefined ? 'none' : `${to.host}:${to.port}/${to.transport}`,
    called,
    from: fromHeader(shows),
    ...(asserted !== undefined && { assertedIdentity: uri(asserted) }),
    ...(shows.withheld && { privacy: 'id' }),
    ...(diverted && trunk.diversion !== 'history-info' && { diversion: told }),
    // RFC 7044 §9: the oldest first, and at the end whom the call is for now.
    ...(diverted &&
      trunk.diversion !== 'diversion' && {
        historyInfo: [...diversions.map(({ by }) => uri(by)).reverse(), uri(called)],
      }),
    ...(ifRefused !== undefined && { ifRefused: fromHeader(ifRefused) }),
  };
}

function fromHeader(shows: Shown): string {
  if (shows.withheld || shows.number === undefined) return '"Anonymous" <sip:anonymous@anonymous.invalid>';
  return `${shows.name === undefined ? '' : `"${shows.name}" `}${uri(shows.number)}`;
}

function uri(user: string): string {
  return `<sip:${user}@…>`;
}

/** Whom the first step that rings would ring. */
function firstTargets(treatment: Treatment): readonly Target[] {
  switch (treatment.do) {
    case 'ring':
    case 'queue':
      return treatment.targets;
    case 'pre-answer':
    case 'record':
    case 'tell':
      return firstTargets(treatment.next);
    default:
      return [];
  }
}
