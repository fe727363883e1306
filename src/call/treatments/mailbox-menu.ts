import { recognise } from '../../decide/caller.ts';
import { decideAs } from '../../decide/decide-call.ts';
import {
  firstState,
  type MenuAct,
  type MenuEvent,
  type MenuFacts,
  type MenuState,
  menuStep,
} from '../../decide/mailbox-menu.ts';
import { mailboxOfExtension } from '../../decide/mailbox-treatment.ts';
import { nextDay } from '../../decide/next-day.ts';

import type { RouteDecision, Treatment } from '../../domain/call.ts';

import type { Mailbox } from '../../domain/mailbox.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Voice } from '../ports.ts';
import { gone, isGone, refuse } from '../refuse.ts';
import type { Scene } from '../scene.ts';
import { whoProves } from '../who-calls.ts';

type ToRead = Omit<Extract<Treatment, { do: 'read mailbox' }>, 'do'>;

/** How listening ended: with the call, or with somebody whom the listener wishes to call back. */
export type Listened = Outcome | { readonly callsBack: RouteDecision };

const STEPS_AT_MOST = 500;

/** Listens to a mailbox, step by step, as `decide/mailbox-menu` has it. */
export async function listen({ of, pin }: ToRead, scene: Scene): Promise<Listened> {
  const { world, leg, config, record } = scene;
  scene.voice ??= await world.hear(leg, 'answer', config);
  const { voice } = scene;
  if (voice === undefined) return isGone(scene) ? gone(scene) : refuse('unreachable', leg);
  record.preAnswered(world.now());
  record.doing('menu');
  const mailbox = of === undefined ? undefined : config.mailboxes.get(of);
  const ended = await goThrough(firstState(mailbox, pin || mailbox === undefined), voice, scene);
  if ('callsBack' in ended) return ended;
  if (isGone(scene) && (ended.screen === 'number' || ended.screen === 'pin')) return gone(scene);
  leg.refuse('unreachable');
  return heard(ended.mailbox);
}

/** From step to step, until the menu is over or somebody is called back. */
async function goThrough(
  from: MenuState,
  voice: Voice,
  scene: Scene,
): Promise<MenuState | { readonly callsBack: RouteDecision }> {
  let state = from;
  let event: MenuEvent | undefined = { is: 'began', hasPin: await hasPin(from.mailbox, scene) };
  for (let steps = 0; event !== undefined && steps < STEPS_AT_MOST; steps += 1) {
    const step = menuStep(state, event, factsOf(state, scene));
    await markHeard(state.messages, step.state.messages, scene);
    state = step.state;
    const callsBack = step.act.do === 'call' ? await dialled(step.act.number, voice, scene) : undefined;
    if (callsBack !== undefined) return { callsBack };
    event = await carry(step.act, { mailbox: state.mailbox, voice, scene });
  }
  return state;
}

function factsOf({ mailbox }: MenuState, { world, call, config }: Scene): MenuFacts {
  const at = world.now();
  return {
    at,
    mayCall: recognise(call, config).account !== undefined,
    dayBegins: (day, month) => nextDay(at, day, month, mailbox?.timeZone ?? 'Europe/Paris'),
  };
}

function heard(mailbox: Mailbox | undefined): Outcome {
  return { is: 'feature done', what: mailbox === undefined ? 'mailbox' : `mailbox ${mailbox.id}` };
}

/** What was played counts as heard. */
async function markHeard(
  before: readonly { readonly id: string; readonly readAt?: number }[],
  after: typeof before,
  { world }: Scene,
): Promise<void> {
  const known = new Map(before.map((message) => [message.id, message]));
  for (const { id, readAt } of after) {
    const was = known.get(id);
    if (was !== undefined && was.readAt === undefined && readAt !== undefined) await world.mailboxes.mark(id, 'read');
  }
}

interface Around {
  readonly mailbox: Mailbox | undefined;
  readonly voice: Voice;
  readonly scene: Scene;
}

/** Does what the menu says, and tells how it went; `undefined`: it is over. */
async function carry(act: MenuAct, around: Around): Promise<MenuEvent | undefined> {
  const { mailbox, voice, scene } = around;
  const { world, config } = scene;
  switch (act.do) {
    case 'goodbye':
      await voice.play(world.sounds(act.say, config));
      return undefined;
    case 'ask':
      return asked(act, around);
    case 'find': {
      const found = mailboxOfExtension(act.extension, scene.config);
      return { is: 'opened', ...(found && { mailbox: found }), hasPin: true, messages: [] };
    }
    case 'try pin': {
      const tried = await world.mailboxes.tryPin(mailbox, act.pin, whoProves(scene));
      return { is: 'tried', pin: tried.is === 'locked' ? { lockedSeconds: tried.seconds } : tried.is };
    }
    case 'open':
      return { is: 'opened', hasPin: true, messages: mailbox ? await world.mailboxes.messages(mailbox.id) : [] };
    default:
      return { is: 'done', well: mailbox !== undefined && (await change(act, mailbox, around)) };
  }
}

async function asked(act: MenuAct & { do: 'ask' }, { voice, scene }: Around): Promise<MenuEvent | undefined> {
  const how = { digitsAtMost: act.digits, firstSeconds: 6, betweenSeconds: 4 };
  const ending = act.digits > 1 ? { ...how, endKey: '#' as const } : how;
  const got = await voice.collect(scene.world.sounds(act.say, scene.config), ending);
  if (got.ended === 'gone' || isGone(scene)) return undefined;
  return got.digits === '' ? { is: 'silence' } : { is: 'keys', keys: got.digits };
}

type Change = Exclude<MenuAct, { do: 'goodbye' | 'ask' | 'find' | 'try pin' | 'open' }>;

async function change(act: Change, mailbox: Mailbox, { voice, scene }: Around): Promise<boolean> {
  const { mailboxes } = scene.world;
  switch (act.do) {
    case 'set pin':
      return mailboxes.setPin(mailbox, act.pin);
    case 'mark':
      return mailboxes.mark(act.message, act.as);
    case 'pass on': {
      const to = mailboxOfExtension(act.to, scene.config);
      return to !== undefined && (await mailboxes.passOn(act.message, to));
    }
    case 'usual greeting':
      return mailboxes.chooseGreeting(mailbox, 'default', {});
    case 'record':
      return recordGreeting(act, mailbox, { voice, scene });
    case 'call':
      return false;
  }
}

async function recordGreeting(
  { which, until }: MenuAct & { do: 'record' },
  mailbox: Mailbox,
  { voice, scene: { world, config } }: Pick<Around, 'voice' | 'scene'>,
): Promise<boolean> {
  const file = world.mailboxes.greetingFile(mailbox, which);
  await voice.play(world.sounds([{ prompt: 'greeting.speak' }, { tone: 'beep', seconds: 0.4 }], config));
  const recorded = await voice.record({ file, secondsAtMost: 60, silenceSeconds: 5, stopKeys: '#' });
  if (recorded.ended === 'failed' || recorded.seconds < 1) return false;
  const well = await world.mailboxes.chooseGreeting(mailbox, which, { file, ...(until !== undefined && { until }) });
  if (well) await voice.play(world.sounds([{ prompt: 'greeting.saved' }], config));
  return well;
}

async function hasPin(mailbox: Mailbox | undefined, { world }: Scene): Promise<boolean> {
  return mailbox !== undefined && (await world.mailboxes.choices(mailbox.id)).pin !== undefined;
}

/** On the account of whoever listens: with their rights, and never without any. */
async function dialled(number: string, voice: Voice, scene: Scene): Promise<RouteDecision | undefined> {
  const { call, config, world, record } = scene;
  const { caller, account } = recognise(call, config);
  if (caller === undefined || account === undefined) return undefined;
  await voice.play(world.sounds([{ prompt: 'message.calling' }], config));
  const decision = decideAs(caller, account, number, call, config, (about) => world.facts(about, call, config));
  record.decided(decision);
  record.doing(undefined);
  return decision;
}
