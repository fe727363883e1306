import type { Explanation, LeavesBy, Next, RungTarget, TriedRule } from './explain.ts';
import type { SoundRuns } from './explain-media.ts';

/** How words are set off: colours in a terminal, nothing elsewhere. */
export interface Painter {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;
const unpainted: Painter = { strong: same, faint: same, good: same, bad: same };

/** The explanation as lines for people: the same for the same explanation, always. Ends without a line break. */
export function explanationText(explanation: Explanation, painter: Painter = unpainted): string {
  const { account, because, caller, dialled, destination, leaves, next, read, sound, tried } = explanation;
  const { strong, faint } = painter;
  const may = account && (account.mayReach.length === 0 ? 'nothing that needs a right' : account.mayReach.join(', '));
  return [
    `${strong('Caller')}      ${read.startsWith(caller) ? read : `${read}: ${caller}`}`,
    account
      ? `${strong('Account')}     ${account.is}; ${account.rightsFrom} grants ${may}`
      : `${strong('Account')}     none: only the town’s own numbers can be reached`,
    `${strong('Dialled')}     ${dialled}`,
    ...(tried.length === 0 ? [] : [strong('Rules tried'), ...tried.map((rule) => triedLine(rule, painter))]),
    strong('Because'),
    ...because.map(
      ({ room, says, config }) => `  ${room.padEnd(10)}  ${says}${config === undefined ? '' : faint(`  (${config})`)}`,
    ),
    `${strong('Leads to')}    ${destination}`,
    ...(leaves.length === 0
      ? []
      : [strong('Leaves by'), ...leaves.flatMap((one, index) => leavesLines(one, index, painter))]),
    ...(sound.length === 0 ? [] : [strong('Sound'), ...sound.map((one) => soundLine(one, painter))]),
    strong('Then'),
    ...nextLines(next, painter).map((line) => `  ${line}`),
    faint(`configuration ${explanation.configuration.digest}`),
  ].join('\n');
}

function triedLine({ match, to, config, note, fit }: TriedRule, { good, bad, faint }: Painter): string {
  const mark = fit === 'fits' ? good('+') : bad('-');
  const what = `${match.padEnd(12)} ${to.padEnd(12)} ${fit.padEnd(12)}`;
  return `  ${mark} ${what} ${faint(config)}${note === undefined ? '' : faint(`: ${note}`)}`;
}

function leavesLines(one: LeavesBy, index: number, { faint }: Painter): readonly string[] {
  const headers = [
    ['From', one.from],
    ['P-Asserted-Identity', one.assertedIdentity],
    ['Privacy', one.privacy],
    ['Diversion', one.diversion?.join(', ')],
    ['History-Info', one.historyInfo?.join(', ')],
    ['From, once the number is refused', one.ifRefused],
  ] as const;
  return [
    `  ${index + 1}. ${one.target}  ${faint(one.address)}`,
    `       INVITE sip:${one.called}@…`,
    ...headers.flatMap(([name, value]) => (value === undefined ? [] : [`       ${name}: ${value}`])),
  ];
}

function soundLine({ targets, says, config }: SoundRuns, { faint }: Painter): string {
  return `  ${targets.join(', ')}: ${says}${config === undefined ? '' : faint(`  (${config})`)}`;
}

/**
 * A tree: each ending on a line of its own, and below it what it leads to. Endings that lead to the same are told together. The way
 * of a caller whom nobody answers goes straight down; what is true of everything that rings is told at the first (`again`: below it).
 */
function nextLines(next: Next, painter: Painter, again = false): readonly string[] {
  const { bad, good } = painter;
  switch (next.do) {
    case 'refuse':
      return [bad(`refuse ${next.why}: ${next.sip}, Q.850 cause ${next.q850} (${next.says})`)];
    case 'pass the refusal on':
      return ['pass on what the far end said'];
    case 'talk':
      return [good('the two talk')];
    case 'cancel what rings':
      return ['what still rings is cancelled'];
    case 'say goodbye':
      return [`say ${next.say}, and release the call`];
    case 'call back':
      return [`${next.service} is to call back; say ${next.say}, and release the call`];
    case 'pick up':
      return [`take a call that rings at ${next.from.join(', ')}`];
    case 'wish':
      return [
        `${next.change === undefined ? 'tell' : 'change'} what ${next.of} wishes; say ${next.say}, and release the call`,
      ];
    case 'mailbox':
      return [good(`a message for ${next.of} (${next.because})`)];
    case 'read mailbox':
      return [`listen to ${next.of ?? 'a mailbox'}${next.pin ? ', with its PIN' : ''}`];
    case 'switch service': {
      const first = next.mode === undefined ? '' : `switch ${next.service} to ${next.mode}, and `;
      return [`${first}say how ${next.service} stands`];
    }
    case 'record': {
      const { stopKey, keepDays } = next;
      return [
        `record the talk, for ${keepDays} days, unless key ${stopKey} is pressed`,
        ...nextLines(next.next, painter, again),
      ];
    }
    case 'fetch':
      return [`fetch the call parked ${next.place === undefined ? 'longest' : `on 70${next.place}`} at ${next.site}`];
    case 'park':
    case 'confer':
      return [waitingLine(next, painter), ...endingLines(next.endings, painter, again)];
    case 'meet':
      return [good(`meet in ${next.meeting}, once the PIN is right`)];
    case 'pre-answer':
      return [`pre-answer (${next.how})`, ...nextLines(next.next, painter, again)];
    case 'tell':
      return [`say ${next.say}`, ...keyLines(next.keys, painter, again), ...nextLines(next.next, painter, again)];
    case 'queue':
      return [queueHead(next), ...next.targets.map(rungLine), ...endingLines(next.endings, painter, again)];
    case 'ring': {
      const { targets, how } = next;
      const manner = targets.length === 1 ? '' : ` ${how}`;
      return [
        `ring${manner} ${ringTime(next)}`,
        ...targets.map(rungLine),
        ...endingLines(next.endings, painter, again),
      ];
    }
  }
}

function waitingLine(next: Extract<Next, { do: 'park' | 'confer' }>, { good }: Painter): string {
  const long = `for ${next.seconds} s; the caller hears music`;
  if (next.do === 'park') return `park at ${next.site} ${long}`;
  if (next.as === 'guest') return `wait for the conference of ${next.room} ${long}`;
  return good(`talk with everybody who waits for the conference of ${next.room}`);
}

function ringTime({ seconds, silentSeconds, says, hears }: Extract<Next, { do: 'ring' }>): string {
  return [
    `for ${seconds} s${silentSeconds === undefined ? '' : `, or ${silentSeconds} s without a sign of life`}`,
    ...(says === undefined ? [] : [`the caller is told ${says} meanwhile`]),
    ...(hears === undefined ? [] : [`the caller hears ${hears}`]),
  ].join('; ');
}

function queueHead({ service, how, seconds, hears, says, offers }: Extract<Next, { do: 'queue' }>): string {
  const welcome = says === undefined ? '' : `; the caller is told ${says} meanwhile`;
  const keys = offers === undefined ? '' : `, and is told ${offers}`;
  return `wait for ${service}, ${how}, for ${seconds} s${welcome}; the caller hears ${hears}${keys}`;
}

function rungLine({ target, shows, orElse, afterSeconds, first, key }: RungTarget): string {
  return [
    `  ${target}, which is shown ${shows}`,
    ...(orElse === undefined ? [] : [`else ${orElse.join(', ')}`]),
    ...(afterSeconds === undefined ? [] : [`rung after ${afterSeconds} s`]),
    ...(first === undefined ? [] : [`told ${first} first`]),
    ...(key === undefined ? [] : [`takes the call by key ${key}`]),
  ].join('; ');
}

function endingLines(endings: Readonly<Record<string, Next>>, painter: Painter, again: boolean): readonly string[] {
  const told = Object.entries(endings).filter(([, next]) => !(again && isAlwaysSo(next)));
  const groups = grouped(told, painter);
  const on = groups.find(
    ({ names, rings }) => rings && names.some((name) => name === 'no answer' || name === 'nobody in time'),
  );
  const others = groups.filter((group) => group !== on).flatMap(({ names, lines }) => branch(nameOf(names), lines));
  if (on === undefined) return others;
  const [first = '', ...rest] = on.lines;
  return [...others, `${nameOf(on.names)} → ${first}`, ...rest];
}

const nameOf = (names: readonly string[]): string =>
  names.length === NOT_REACHED && names.includes('declined') ? 'nobody takes it' : names.join(', ');

/** The ways in which a ring can end without anybody to talk to. */
const NOT_REACHED = 5;

const isAlwaysSo = (next: Next): boolean => next.do === 'talk' || next.do === 'cancel what rings';

/** Who has a step before it to ring somebody goes on to that. */
function ringsOn(next: Next): boolean {
  if (next.do === 'tell' || next.do === 'pre-answer') return ringsOn(next.next);
  return next.do === 'ring' || next.do === 'queue';
}

function keyLines(keys: Readonly<Record<string, Next>>, painter: Painter, again: boolean): readonly string[] {
  const named = Object.entries(keys).map(([key, next]) => [`key ${key}`, next] as const);
  return endingLines(Object.fromEntries(named), painter, again);
}

interface Group {
  readonly names: readonly string[];
  readonly lines: readonly string[];
  /** It goes on to ring somebody else. */
  readonly rings: boolean;
}

function grouped(endings: readonly (readonly [string, Next])[], painter: Painter): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const [ending, next] of endings) {
    const lines = nextLines(next, painter, true);
    const key = lines.join('\n');
    const names = [...(groups.get(key)?.names ?? []), ...ending.split(', ')];
    groups.set(key, { names, lines, rings: ringsOn(next) });
  }
  return [...groups.values()];
}

function branch(endings: string, lines: readonly string[]): readonly string[] {
  const [first = '', ...rest] = lines;
  return [`${endings} → ${first}`, ...rest.map((line) => `  ${line}`)];
}
