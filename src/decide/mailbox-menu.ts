import type { Instant } from '../domain/instant.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Greeting, Mark, Message } from '../domain/message.ts';
import { isGoodPin } from '../domain/pin.ts';
import type { Say } from '../domain/say.ts';

/** Where a listener stands in the menu of a mailbox. */
export interface MenuState {
  readonly screen:
    | 'number'
    | 'pin'
    | 'new pin'
    | 'again'
    | 'main'
    | 'message'
    | 'to whom'
    | 'passed on'
    | 'greetings'
    | 'until'
    | 'over';
  readonly mailbox?: Mailbox;
  /** What is asked for before anything is heard. */
  readonly pin: boolean;
  /** Chosen once, and to be keyed again. */
  readonly chosen?: string;
  readonly messages: readonly Message[];
  readonly place: number;
  /** Silences and wrong keys in a row. */
  readonly idle: number;
  readonly until?: Instant;
}

/** What happened since the last act. */
export type MenuEvent =
  | { readonly is: 'began'; readonly hasPin: boolean }
  | { readonly is: 'keys'; readonly keys: string }
  | { readonly is: 'silence' }
  | {
      readonly is: 'opened';
      readonly mailbox?: Mailbox;
      readonly hasPin: boolean;
      readonly messages: readonly Message[];
    }
  | { readonly is: 'tried'; readonly pin: 'right' | 'wrong' | { readonly lockedSeconds: number } }
  | { readonly is: 'done'; readonly well: boolean };

/** What is to be done next; the event that follows says how it went. */
export type MenuAct =
  | { readonly do: 'ask'; readonly say: readonly Say[]; readonly digits: number }
  | { readonly do: 'find'; readonly extension: string }
  | { readonly do: 'try pin'; readonly pin: string }
  | { readonly do: 'open' }
  | { readonly do: 'set pin'; readonly pin: string }
  | { readonly do: 'mark'; readonly message: string; readonly as: Mark }
  | { readonly do: 'pass on'; readonly message: Message; readonly to: string }
  | { readonly do: 'record'; readonly which: Greeting; readonly until?: Instant }
  | { readonly do: 'usual greeting' }
  | { readonly do: 'call'; readonly number: string }
  | { readonly do: 'goodbye'; readonly say: readonly Say[] };

export interface MenuStep {
  readonly state: MenuState;
  readonly act: MenuAct;
}

export interface MenuFacts {
  readonly at: Instant;
  /** The listener has a line's rights, and may call back from here. */
  readonly mayCall: boolean;
  /** The instant at which a day of this month begins in the mailbox's time zone, the next one to come. `undefined`: no such day. */
  dayBegins(day: number, month: number): Instant | undefined;
}

const IDLE_AT_MOST = 3;

export const firstState = (mailbox: Mailbox | undefined, pin: boolean): MenuState => ({
  screen: mailbox === undefined ? 'number' : pin ? 'pin' : 'main',
  ...(mailbox && { mailbox }),
  pin,
  messages: [],
  place: 0,
  idle: 0,
});

/** The next step of the menu. Total: whatever is keyed, it goes on, and after three silences or mistakes it ends. */
export function menuStep(state: MenuState, event: MenuEvent, facts: MenuFacts): MenuStep {
  if (event.is === 'silence') return idle(state, 'menu.nothing', facts);
  if (event.is === 'keys') return screens[state.screen]({ ...state, idle: 0 }, event.keys, facts, state.idle);
  if (event.is === 'tried') return tried(state, event.pin);
  if (event.is === 'opened') return opened(state, event);
  if (event.is === 'began') return began(state, event.hasPin);
  return done(state, event.well, facts);
}

type Screen = (state: MenuState, keys: string, facts: MenuFacts, idleBefore: number) => MenuStep;

const screens: Readonly<Record<MenuState['screen'], Screen>> = {
  number: (state, extension) => ({ state, act: { do: 'find', extension } }),
  pin: (state, pin) => ({ state, act: { do: 'try pin', pin } }),
  'new pin': (state, chosen) =>
    isGoodPin(chosen, state.mailbox?.extension)
      ? ask({ ...state, screen: 'again', chosen }, [say('pin.again', state)], 10)
      : ask(state, [say('pin.simple', state), say('pin.choose', state)], 10),
  again: (state, keys) =>
    keys === state.chosen
      ? { state, act: { do: 'set pin', pin: keys } }
      : ask({ ...state, screen: 'new pin' }, [say('pin.different', state), say('pin.choose', state)], 10),
  main: (state, key, facts, before) => {
    if (key === '1') return play({ ...state, screen: 'message', place: 0 }, facts);
    if (key === '2') return greetingMenu(state);
    if (key === '3') return ask({ ...state, screen: 'new pin' }, [say('pin.choose', state)], 10);
    return idle({ ...state, idle: before }, 'menu.wrong', facts);
  },
  message: messageKey,
  'to whom': (state, to) => {
    const message = state.messages[state.place];
    if (message === undefined || to === '') return main(state);
    return { state: { ...state, screen: 'passed on' }, act: { do: 'pass on', message, to } };
  },
  'passed on': messageKey,
  greetings: (state, key, facts, before) => {
    if (key === '1') return { state: { ...state, screen: 'main' }, act: { do: 'record', which: 'own' } };
    if (key === '2') return ask({ ...state, screen: 'until' }, [say('greeting.until', state)], 4);
    if (key === '3') return { state: { ...state, screen: 'main' }, act: { do: 'usual greeting' } };
    if (key === '0') return main(state);
    return idle({ ...state, idle: before }, 'menu.wrong', facts);
  },
  until: (state, keys, facts, before) => {
    const until = /^\d{4}$/.test(keys) ? facts.dayBegins(Number(keys.slice(0, 2)), Number(keys.slice(2))) : undefined;
    if (until === undefined) return idle({ ...state, idle: before }, 'menu.wrong', facts);
    return { state: { ...state, screen: 'main' }, act: { do: 'record', which: 'absence', until } };
  },
  over: (state) => goodbye(state),
};

/** What each key does while a message is heard, or after it. */
function messageKey(state: MenuState, key: string, facts: MenuFacts, before: number): MenuStep {
  const message = state.messages[state.place];
  if (message === undefined || key === '0') return main(state);
  const go = (place: number): MenuStep => play({ ...state, place }, facts);
  switch (key) {
    case '1':
      return go(state.place);
    case '2':
      return facts.mayCall && message.from.number !== undefined
        ? { state, act: { do: 'call', number: message.from.number } }
        : idle({ ...state, idle: before }, 'menu.wrong', facts);
    case '3': {
      const as: Mark = message.deletedAt === undefined ? 'deleted' : 'restored';
      return { state: marked(state, as, facts.at), act: { do: 'mark', message: message.id, as } };
    }
    case '4':
      return go(Math.max(0, state.place - 1));
    case '5':
      return ask(state, [...envelope(message, state), ...messageKeys(state, facts)], 1);
    case '6':
      return go(state.place + 1);
    case '7':
      return ask({ ...state, screen: 'to whom' }, [say('message.to-whom', state)], 7);
    default:
      return idle({ ...state, idle: before }, 'menu.wrong', facts);
  }
}

function began(state: MenuState, hasPin: boolean): MenuStep {
  if (state.mailbox === undefined) return ask(state, [say('mailbox.enter-number', state)], 7);
  if (state.pin) return ask({ ...state, screen: 'pin' }, [say('pin.enter', state)], 10);
  // The first visit: nobody hears a message before there is a PIN.
  if (!hasPin) return ask({ ...state, screen: 'new pin' }, [say('pin.choose', state)], 10);
  return { state, act: { do: 'open' } };
}

function tried(state: MenuState, pin: (MenuEvent & { is: 'tried' })['pin']): MenuStep {
  if (pin === 'right') return { state: { ...state, idle: 0 }, act: { do: 'open' } };
  if (typeof pin === 'object') return goodbye(state, [say('pin.locked', state, { for: pin.lockedSeconds })]);
  const wrong = { ...state, idle: state.idle + 1 };
  if (wrong.idle >= IDLE_AT_MOST) return goodbye(wrong, [say('pin.wrong', state)]);
  return ask(wrong, [say('pin.wrong', state), say('pin.enter', state)], 10);
}

function opened(state: MenuState, event: MenuEvent & { is: 'opened' }): MenuStep {
  // A number that nobody has is asked for its PIN as well: nobody learns by it who has a mailbox.
  if (state.screen === 'number') {
    const { mailbox } = event;
    return ask({ ...state, screen: 'pin', ...(mailbox && { mailbox }) }, [say('pin.enter', state)], 10);
  }
  return main({ ...state, messages: inOrder(event.messages) });
}

function done(state: MenuState, well: boolean, facts: MenuFacts): MenuStep {
  if (state.screen === 'again') {
    const told = well ? 'pin.changed' : 'menu.wrong';
    const { chosen: _, ...rest } = state;
    return { state: { ...rest, screen: 'main' }, act: well ? { do: 'open' } : goodbye(state, [say(told, state)]).act };
  }
  const message = state.messages[state.place];
  const told = message && doneWith(message, state);
  if (told === undefined) return main(state);
  const there: MenuState = { ...state, screen: 'message' };
  return ask(there, [say(well ? told : 'menu.wrong', there), ...messageKeys(there, facts)], 1);
}

/** What is said of a message with which something was done. */
function doneWith({ deletedAt }: Message, { screen }: MenuState): string | undefined {
  if (screen === 'passed on') return 'message.forwarded';
  if (screen !== 'message') return undefined;
  return deletedAt === undefined ? 'message.restored' : 'message.deleted';
}

/** Unheard ones first, the urgent of them before the others; then those that were heard. */
function inOrder(messages: readonly Message[]): readonly Message[] {
  const weight = ({ readAt, urgent }: Message): number => (readAt !== undefined ? 2 : urgent ? 0 : 1);
  return messages
    .filter(({ deletedAt }) => deletedAt === undefined)
    .toSorted((a, b) => weight(a) - weight(b) || a.receivedAt - b.receivedAt);
}

function main(state: MenuState, first: readonly Say[] = []): MenuStep {
  const there = state.messages.filter(({ deletedAt }) => deletedAt === undefined);
  const unread = there.filter(({ readAt }) => readAt === undefined).length;
  return ask(
    { ...state, screen: 'main' },
    [
      ...first,
      say('mailbox.new', state, { count: unread }),
      say('mailbox.old', state, { count: there.length - unread }),
      ...(state.messages.length > 0 ? [say('menu.listen', state, { key: '1' })] : []),
      say('menu.greeting', state, { key: '2' }),
      say('menu.pin', state, { key: '3' }),
    ],
    1,
  );
}

function play(state: MenuState, facts: MenuFacts): MenuStep {
  const message = state.messages[state.place];
  if (message === undefined) return main(state, [say('message.no-more', state)]);
  const told: readonly Say[] = [
    say('message.number', state, { number: state.place + 1 }),
    ...(message.urgent ? [say('message.urgent', state)] : []),
    { recording: message.file },
    ...messageKeys(state, facts),
  ];
  return ask(marked(state, 'read', facts.at), told, 1);
}

function marked(state: MenuState, as: Mark, at: Instant): MenuState {
  const messages = state.messages.map((message, index) => {
    if (index !== state.place) return message;
    const { deletedAt: _, ...there } = message;
    if (as === 'restored') return there;
    return as === 'deleted' ? { ...message, deletedAt: at } : { ...message, readAt: message.readAt ?? at };
  });
  return { ...state, messages };
}

/** Date and time, number, length. */
function envelope({ receivedAt, from, seconds }: Message, state: MenuState): readonly Say[] {
  return [
    say('message.received', state, { at: receivedAt }),
    from.number === undefined ? say('message.from-nobody', state) : say('message.from', state, { number: from.number }),
    say('message.length', state, { length: Math.round(seconds) }),
  ];
}

function messageKeys(state: MenuState, facts: MenuFacts): readonly Say[] {
  const message = state.messages[state.place];
  const mayCall = facts.mayCall && message?.from.number !== undefined;
  const offered: readonly (readonly [string, string])[] = [
    ['repeat', '1'],
    ...(mayCall ? ([['call-back', '2']] as const) : []),
    [message?.deletedAt === undefined ? 'delete' : 'restore', '3'],
    ...(state.place > 0 ? ([['previous', '4']] as const) : []),
    ['envelope', '5'],
    ...(state.place + 1 < state.messages.length ? ([['next', '6']] as const) : []),
    ['forward', '7'],
    ['main', '0'],
  ];
  return offered.map(([name, key]) => say(`menu.${name}`, state, { key }));
}

function greetingMenu(state: MenuState): MenuStep {
  const offered = [
    ['greeting', '1'],
    ['absence', '2'],
    ['default', '3'],
    ['main', '0'],
  ] as const;
  return ask(
    { ...state, screen: 'greetings' },
    offered.map(([name, key]) => say(`menu.${name}`, state, { key })),
    1,
  );
}

/** Nothing was keyed, or nothing that means anything here. */
function idle(state: MenuState, why: string, facts: MenuFacts): MenuStep {
  const next = { ...state, idle: state.idle + 1 };
  if (next.idle >= IDLE_AT_MOST) return goodbye(next);
  const again = repeated(next, facts);
  return ask(again.state, [say(why, state), ...again.say], again.digits);
}

const asked: Readonly<Partial<Record<MenuState['screen'], readonly [string, number]>>> = {
  number: ['mailbox.enter-number', 7],
  pin: ['pin.enter', 10],
  'new pin': ['pin.choose', 10],
  again: ['pin.again', 10],
  'to whom': ['message.to-whom', 7],
  until: ['greeting.until', 4],
};

function repeated(state: MenuState, facts: MenuFacts): { state: MenuState; say: readonly Say[]; digits: number } {
  const [prompt, digits] = asked[state.screen] ?? [];
  if (prompt !== undefined && digits !== undefined) return { state, say: [say(prompt, state)], digits };
  if (state.screen === 'message') return { state, say: messageKeys(state, facts), digits: 1 };
  const { act, state: there } = state.screen === 'greetings' ? greetingMenu(state) : main(state);
  return { state: there, say: act.do === 'ask' ? act.say : [], digits: 1 };
}

function ask(state: MenuState, what: readonly Say[], digits: number): MenuStep {
  return { state, act: { do: 'ask', say: what, digits } };
}

function goodbye(state: MenuState, what: readonly Say[] = []): MenuStep {
  return { state: { ...state, screen: 'over' }, act: { do: 'goodbye', say: [...what, say('hotline.goodbye', state)] } };
}

function say(prompt: string, { mailbox }: MenuState, values?: Readonly<Record<string, string | number>>): Say {
  return { prompt, ...(values && { values }), ...(mailbox && { language: mailbox.language }) };
}
