import type { Queue, Target, Treatment } from '../../domain/call.ts';
import type { Key } from '../../domain/say.ts';
import type { Found } from '../found.ts';
import type { Place } from '../queues.ts';
import { isGone } from '../refuse.ts';
import { ringRound } from '../round.ts';
import type { Scene } from '../scene.ts';
import { inOrder, isFree, isThere, memberOf } from './queue-members.ts';
import { loopOf } from './ringing.ts';
import { beginWelcome, endWelcome, loopAfterWelcome } from './welcome.ts';

type Taken = Extract<Found, { readonly ended: 'answered' | 'picked up' }>;

/** How waiting ended: somebody answered (`over` is to be told when they have talked, and for how long), or the call goes on another way. */
export type Waited =
  | {
      readonly ended: 'answered';
      readonly found: Taken;
      over(seconds: number | undefined): void;
    }
  | { readonly ended: 'goes on'; readonly next: Treatment };

/** How often a caller who cannot be served looks again: agents come back from calls of their own. */
const lookAgainSeconds = 1;
/** What a talk takes, as long as none was measured. */
const talkSecondsAtFirst = 180;
/** Nobody tells us when a mobile or a post of the IPBX is free again. */
const restSeconds = 30;

/** Waits in line, hears music and where they stand, and is offered to whoever is free when it is their turn. */
export async function waitInLine(step: Queue, scene: Scene): Promise<Waited> {
  const { world, record } = scene;
  const { priority, callersAtMost, service } = step;
  const targets = new Map(step.targets.map((target) => [memberOf(target), target]));
  const wants = (member: string): boolean => {
    const target = targets.get(member);
    return target !== undefined && isFree(target, step, scene);
  };
  const place = world.queues.join(service, { priority, callersAtMost, wants });
  if (place === 'full') return { ended: 'goes on', next: step.full };
  record.doing('queue');
  scene.seats.waitsFor(service);
  const waiting = new Waiting(step, scene, place);
  try {
    const found = await waiting.untilServed();
    if (found?.ended === 'picked up' || (found?.ended === 'answered' && (await waiting.mayTalk(found)))) {
      record.doing(undefined);
      return { ended: 'answered', found, over: served(found, step, place, scene) };
    }
    return { ended: 'goes on', next: waiting.asked ?? step.otherwise };
  } finally {
    waiting.over();
  }
}

/** A mobile, or a post of the IPBX, is rung for nobody else while it talks, nor for a moment afterwards; a line says itself that it is busy. */
function served(found: Taken, { service }: Queue, place: Place, { world, config }: Scene): (seconds?: number) => void {
  const target = found.ended === 'answered' ? found.leg.target : undefined;
  const free = target?.is === 'trunk' ? place.keep(memberOf(target)) : undefined;
  const wrapUpSeconds = config.services.get(service)?.wrapUpSeconds ?? 0;
  return (seconds) => {
    if (seconds !== undefined) place.talked(seconds);
    if (free !== undefined) world.after(wrapUpSeconds, free);
  };
}

class Waiting {
  /** What a key asked for. */
  asked: Treatment | undefined;
  readonly #step: Queue;
  readonly #scene: Scene;
  readonly #place: Place;
  readonly #undo: (() => void)[] = [];
  /** Members who were rung for this caller in vain, since everybody was rung for the last time. */
  readonly #tried = new Set<string>();
  /** When they may be rung once more. */
  #again = 0;
  /** Ends the pause between two looks. */
  #wake: (() => void) | undefined;
  /** The caller goes elsewhere, by a key. */
  readonly #stop = new AbortController();
  /** They have waited for as long as they may. */
  readonly #late = new AbortController();
  /** Nothing more is said or played: the wait is over, whatever came of it. */
  readonly #silence = new AbortController();
  #isToldFirst = false;
  #announcing = false;

  constructor(step: Queue, scene: Scene, place: Place) {
    this.#step = step;
    this.#scene = scene;
    this.#place = place;
    const { voice, world, leg } = scene;
    this.#welcome();
    this.#undo.push(world.after(step.secondsAtMost, () => this.#end(this.#late)));
    if (voice !== undefined) this.#undo.push(voice.pressed((key) => this.#pressed(key)));
    const left = (): void => this.#wake?.();
    leg.gone.addEventListener('abort', left);
    this.#undo.push(() => leg.gone.removeEventListener('abort', left));
    if (step.announceEverySeconds > 0) this.#announceEvery(step.announceEverySeconds);
  }

  /** Undefined: the call goes on another way, or the caller is gone. */
  async untilServed(): Promise<Found | undefined> {
    while (!this.#isOver()) {
      const targets = this.#targets();
      if (targets.length > 0) {
        const found = await this.#offer(targets);
        if (found.ended !== 'not reached') return found;
      } else {
        this.#tellFirst();
        await this.#pause();
        if (this.#scene.world.now() >= this.#again) this.#tried.clear();
      }
    }
    return undefined;
  }

  /** The welcome is over. False: so is the call. */
  async mayTalk({ leg }: Extract<Found, { ended: 'answered' }>): Promise<boolean> {
    const isThereStill = await endWelcome(this.#scene);
    if (!isThereStill) leg.stop('caller gone');
    return isThereStill;
  }

  over(): void {
    this.#silence.abort();
    for (const one of this.#undo.splice(0)) one();
    this.#place.leave();
  }

  #isOver(): boolean {
    return this.#stop.signal.aborted || this.#late.signal.aborted || isGone(this.#scene);
  }

  /** A welcome is heard while the first agent is rung already; then what is heard in line. */
  #welcome(): void {
    const { meanwhile, hears } = this.#step;
    if (meanwhile !== undefined) beginWelcome(meanwhile, this.#scene);
    const { welcome } = this.#scene;
    loopAfterWelcome(this.#scene, loopOf(hears), this.#silence.signal);
    this.#announcing = welcome !== undefined;
    void welcome?.heard.then(() => {
      this.#announcing = false;
    });
  }

  /** Whom to ring for this caller now, as the strategy has it. Nobody, while somebody before them waits, or all were rung in vain just now. */
  #targets(): readonly Target[] {
    const { how, targets } = this.#step;
    const left = inOrder(targets, how, this.#scene).filter(
      (target) => !this.#tried.has(memberOf(target)) && isFree(target, this.#step, this.#scene),
    );
    if (how === 'together') {
      const mine = new Set(this.#place.claim(left.map(memberOf)));
      return left.filter((target) => mine.has(memberOf(target)));
    }
    const first = left.find((target) => this.#place.claim([memberOf(target)]).length > 0);
    return first === undefined ? [] : [first];
  }

  async #offer(targets: readonly Target[]): Promise<Found> {
    const { ringSeconds, pauseSeconds, silentSeconds } = this.#step;
    const { world } = this.#scene;
    const found = await ringRound(targets, ringSeconds, this.#scene, {
      stop: this.#stop.signal,
      late: this.#late.signal,
      silentSeconds,
      failed: (target) => this.#rest(target),
    });
    if (found.ended !== 'not reached') return found;
    this.#place.release();
    for (const target of targets) this.#tried.add(memberOf(target));
    this.#again = world.now() + pauseSeconds * 1_000;
    return found;
  }

  #rest(target: Target): void {
    if (target.is === 'trunk') this.#scene.world.after(restSeconds, this.#place.keep(memberOf(target)));
  }

  #pause(): Promise<void> {
    return new Promise((over) => {
      const forget = this.#scene.world.after(lookAgainSeconds, over);
      this.#wake = () => {
        forget();
        over();
      };
      if (this.#isOver()) this.#wake();
    });
  }

  #end(why: AbortController): void {
    why.abort();
    this.#wake?.();
  }

  #pressed(key: string): void {
    const asked = this.#step.keys?.[key as Key];
    if (asked === undefined || this.asked !== undefined) return;
    this.asked = asked;
    this.#silence.abort();
    this.#end(this.#stop);
  }

  /** Nobody is free for them: only now it is worth telling where they stand. */
  #tellFirst(): void {
    if (this.#isToldFirst || this.#announcing) return;
    this.#isToldFirst = true;
    void this.#announce();
  }

  #announceEvery(seconds: number): void {
    if (this.#scene.voice === undefined) return;
    const again = (): void => {
      void this.#announce();
      forget = this.#scene.world.after(seconds, again);
    };
    let forget = this.#scene.world.after(seconds, again);
    this.#undo.push(() => forget());
  }

  async #announce(): Promise<void> {
    const { voice, world, config } = this.#scene;
    const say = [...this.#whereTheyStand(), ...(this.#step.offers ?? [])];
    if (voice === undefined || say.length === 0 || this.#announcing || this.#isOver()) return;
    this.#announcing = true;
    await voice.play(world.sounds(say, config), { stop: this.#silence.signal });
    this.#announcing = false;
    if (!this.#silence.signal.aborted && !this.#isOver()) voice.loop(loopOf(this.#step.hears));
  }

  /** Their place, and how long that takes with those who are there to take calls. With nobody there, nobody knows. */
  #whereTheyStand() {
    const { service, targets, announceEverySeconds } = this.#step;
    if (announceEverySeconds === 0) return [];
    const position = this.#place.position();
    const place = { prompt: 'queue.position', values: { position } };
    const agents = targets.filter((target) => isThere(target, this.#step, this.#scene)).length;
    if (agents === 0) return [place];
    const seconds = this.#scene.world.queues.talkSeconds(service) ?? talkSecondsAtFirst;
    return [place, { prompt: 'queue.wait', values: { wait: Math.round((position * seconds) / agents) } }];
  }
}
