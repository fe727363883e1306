import { greetingOf } from '../../decide/greeting.ts';
import type { Treatment } from '../../domain/call.ts';
import { type Mailbox, wordSeconds } from '../../domain/mailbox.ts';
import type { MessageFrom } from '../../domain/message.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Say } from '../../domain/say.ts';
import { owed, ownerOf } from '../last-resort.ts';
import type { Deposit } from '../mailbox-ports.ts';
import type { Recorded, Voice } from '../ports.ts';
import { gone, isGone, refuse } from '../refuse.ts';
import type { Scene } from '../scene.ts';
import { whoCalls } from '../who-calls.ts';
import { type Listened, listen } from './mailbox-menu.ts';

type ToMailbox = Extract<Treatment, { do: 'mailbox' }>;

/**
 * The caller leaves a message: greeting, tone, recording, and a few keys to listen to it again. Whoever hangs up has sent it.
 * It is written down before the first word, so what was said so far is a message whatever breaks. `*` during the greeting leads
 * the owner to the menu, `#` straight to the tone.
 */
export async function leaveMessage(step: ToMailbox, scene: Scene): Promise<Listened> {
  const { world, leg, config, record } = scene;
  const mailbox = config.mailboxes.get(step.of);
  scene.voice ??= mailbox && (await world.hear(leg, 'answer', config));
  const { voice } = scene;
  if (voice === undefined || mailbox === undefined) return isGone(scene) ? gone(scene) : unheard(step, mailbox, scene);
  record.preAnswered(world.now());
  record.doing('message');

  const from = whoCalls(scene);
  const choices = await world.mailboxes.choices(mailbox.id);
  const greeted = await voice.play(world.sounds(greetingOf(mailbox, choices, world.now()), config), { stopKeys: '#*' });
  if (greeted.ended === 'gone') return nothingLeft(mailbox, from, scene);
  if (greeted.ended === 'key' && greeted.key === '*') return listen({ of: mailbox.id, pin: true }, scene);

  const deposit = await world.mailboxes.begin(mailbox, from, scene.call.id);
  if (deposit === 'full' || deposit === 'failed') {
    await world.mailboxes.missed(mailbox, from);
    return notTaken(deposit === 'full' ? 'mailbox.full' : 'mailbox.failed', mailbox, scene);
  }
  return take({ deposit, mailbox, voice, from }, scene);
}

interface Taking {
  readonly deposit: Deposit;
  readonly mailbox: Mailbox;
  readonly voice: Voice;
  readonly from: MessageFrom;
}

const TRIES_AT_MOST = 3;
const BEEP: Say = { tone: 'beep', seconds: 0.4 };

/** Records until it is kept. Three tries that nobody says anything in are enough. */
async function take(taking: Taking, scene: Scene): Promise<Outcome> {
  const { deposit, mailbox, from } = taking;
  const { world } = scene;
  let say: readonly Say[] = [BEEP];
  let last: Recorded | undefined;
  for (let tries = 0; tries < TRIES_AT_MOST; tries += 1) {
    last = await recordOnce(taking, say, scene);
    const done = await settle(taking, last, scene);
    if (typeof done === 'object') return done;
    if (done === 'failed') break;
    say = done === 'again' ? [BEEP] : [prompt('mailbox.too-short', mailbox), BEEP];
  }
  // A recorder that failed may have written something all the same.
  const seconds = await deposit.keep({ seconds: 0, urgent: false, silentSeconds: silentSeconds(last, mailbox) });
  if (seconds !== undefined) {
    await release('mailbox.saved', mailbox, scene);
    return left(taking, seconds);
  }
  await world.mailboxes.missed(mailbox, from);
  if (isGone(scene)) return gone(scene);
  return last?.ended === 'failed'
    ? notTaken('mailbox.failed', mailbox, scene)
    : release('hotline.goodbye', mailbox, scene);
}

/** What comes of one recording: an end of the call, or another try, or none. */
async function settle(
  taking: Taking,
  recorded: Recorded,
  scene: Scene,
): Promise<Outcome | 'again' | 'too short' | 'failed'> {
  if (recorded.ended === 'gone' || isGone(scene)) return keepOrLose(taking, recorded, false, scene);
  if (recorded.ended === 'failed') return 'failed';
  const said = recorded.seconds - silentSeconds(recorded, taking.mailbox);
  return said < wordSeconds ? 'too short' : review(taking, recorded, scene);
}

/** How much of a recording is the silence that ended it. */
function silentSeconds(recorded: Recorded | undefined, mailbox: Mailbox): number {
  return recorded?.ended === 'silence' ? mailbox.silenceSeconds : 0;
}

async function recordOnce(taking: Taking, say: readonly Say[], { world, config }: Scene): Promise<Recorded> {
  const { voice, deposit, mailbox } = taking;
  const { secondsAtMost, silenceSeconds } = mailbox;
  await voice.play(world.sounds(say, config));
  return voice.record({ file: deposit.file, secondsAtMost, silenceSeconds, stopKeys: '#*1' });
}

const REVIEWS_AT_MOST = 20;
/** What they are told whom we have interrupted. */
const whyOver: Readonly<Partial<Record<Recorded['ended'], string>>> = {
  'full length': 'mailbox.too-long',
  cut: 'mailbox.cut',
};

/** `#` sends it, and so does hanging up or saying nothing; 1 plays it, 2 begins again, 3 makes it urgent. */
async function review(taking: Taking, recorded: Recorded, scene: Scene): Promise<Outcome | 'again'> {
  const { mailbox, deposit } = taking;
  const afterReview: Readonly<Record<string, readonly Say[]>> = {
    1: [{ recording: deposit.file }],
    3: [prompt('mailbox.urgent', mailbox)],
  };
  let urgent = false;
  const why = whyOver[recorded.ended];
  let first: readonly Say[] = why === undefined ? [] : [prompt(why, mailbox)];
  let key: string | undefined = '';
  for (let count = 0; key !== undefined && key !== '#' && count < REVIEWS_AT_MOST; count += 1) {
    key = await reviewKey([...first, ...reviewKeys(mailbox, urgent)], taking, scene);
    if (key === '2') return 'again';
    urgent ||= key === '3';
    first = afterReview[key ?? ''] ?? [prompt('menu.wrong', mailbox)];
  }
  if (isGone(scene)) return keepOrLose(taking, recorded, urgent, scene);
  const outcome = await keepOrLose(taking, recorded, urgent, scene);
  await release(outcome.is === 'message left' ? 'mailbox.saved' : 'mailbox.failed', mailbox, scene);
  return outcome;
}

async function reviewKey(say: readonly Say[], { voice }: Taking, scene: Scene): Promise<string | undefined> {
  const sounds = scene.world.sounds(say, scene.config);
  const got = await voice.collect(sounds, { digitsAtMost: 1, firstSeconds: 6, betweenSeconds: 1 });
  return got.ended === 'digits' ? got.digits : undefined;
}

function reviewKeys(mailbox: Mailbox, urgent: boolean): readonly Say[] {
  const key = (name: string, key: string): Say => ({
    prompt: `menu.${name}`,
    values: { key },
    language: mailbox.language,
  });
  return [key('send', '#'), key('repeat', '1'), key('again', '2'), ...(urgent ? [] : [key('urgent', '3')])];
}

/** What was said is kept when it is long enough. The call goes on, if it is not over. */
async function keepOrLose(taking: Taking, recorded: Recorded, urgent: boolean, scene: Scene): Promise<Outcome> {
  const { seconds } = recorded;
  const silent = silentSeconds(recorded, taking.mailbox);
  const kept = await taking.deposit.keep({ seconds, urgent, silentSeconds: silent });
  if (kept !== undefined) return left(taking, kept);
  return nothingLeft(taking.mailbox, taking.from, scene);
}

function left({ deposit, mailbox }: Taking, seconds: number): Outcome {
  return { is: 'message left', mailbox: mailbox.id, message: deposit.message, seconds };
}

async function nothingLeft(mailbox: Mailbox, from: MessageFrom, scene: Scene): Promise<Outcome> {
  await scene.world.mailboxes.missed(mailbox, from);
  return gone(scene);
}

/** A last sentence, and the call is released. */
async function release(what: string, mailbox: Mailbox, scene: Scene): Promise<Outcome> {
  const { world, config, leg, voice } = scene;
  await voice?.play(world.sounds([prompt(what, mailbox)], config));
  if (isGone(scene)) return gone(scene);
  leg.refuse('unreachable');
  return { is: 'told and released', what };
}

/**
 * No message can be taken, and the caller is told so. A full mailbox of a line is its owner’s, who calls
 * back where that is wished and can be done; anything else we owe them.
 */
async function notTaken(what: 'mailbox.full' | 'mailbox.failed', mailbox: Mailbox, scene: Scene): Promise<Outcome> {
  const owner = ownerOf(mailbox, scene);
  const told = await release(what, mailbox, scene);
  const isOwners = what === 'mailbox.full' && mailbox.owner.is === 'line';
  const nobodyCalls = owner === undefined || scene.record.callerNumber() === undefined;
  return told.is !== 'told and released' || (isOwners && nobodyCalls) ? told : owed(what, owner, scene, told);
}

/** Without a media server a line is as it would be without a mailbox; a service has no other way left. */
function unheard(step: ToMailbox, mailbox: Mailbox | undefined, scene: Scene): Outcome {
  const refused = refuse(whyNot(step), scene.leg);
  return mailbox?.owner.is === 'service'
    ? owed('no message could be taken', ownerOf(mailbox, scene), scene, refused)
    : refused;
}

function prompt(id: string, { language }: Mailbox): Say {
  return { prompt: id, language };
}

function whyNot({ because }: ToMailbox): Refusal {
  if (because === 'busy') return 'busy';
  return because === 'no answer' ? 'no-answer' : 'unreachable';
}
