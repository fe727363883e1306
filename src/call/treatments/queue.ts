import type { Queue, Target, Treatment } from '../../domain/call.ts';
import type { Key } from '../../domain/say.ts';
import type { Found } from '../found.ts';
import type { Place } from '../queues.ts';
import { isGone } from '../refuse.ts';
import { ringRound } from '../round.ts';
import type { Scene } from '../scene.ts';
import { loopOf } from './ringing.ts';

type Taken = Extract<Found, { readonly ended: 'answered' | 'picked up' }>;

/** How waiting ended: somebody answered (`talked` is to be told how long), or the call goes on another way. */
export type Waited =
  | {
      readonly ended: 'answered';
      readonly found: Taken;
      talked(seconds: number): void;
    }
  | { readonly ended: 'goes on'; readonly next: Treatment };

/** How often a caller who cannot be served looks again: agents come back from calls of their own. */
const lookAgainSeconds = 1;
/** What a talk takes, as long as none was measured. */
const talkSecondsAtFirst = 180;

/** Waits in line, hears music and where they stand, and is offered to whoever is free when it is their turn. */
export async function waitInLine(step: Queue, scene: Scene): Promise<Waited> {
  const { world, call, record } = scene;
  const { priority, callersAtMost, service } = step;
  const place = world.queues.join(service, { at: call.receivedAt, priority, callersAtMost });
  if (place === 'full') return { ended: 'goes on', next: step.full };
  record.doing('queue');
  const waiting = new Waiting(step, scene, place);
  try {
    const found = await waiting.untilServed();
    if (found?.ended === 'answered' || found?.ended === 'picked up') {
      record.doing(undefined);
      return { ended: 'answered', found, talked: (seconds) => place.talked(seconds) };
    }
    return { ended: 'goes on', next: waiting.asked ?? step.otherwise };
  } finally {
    waiting.over();
  }
}

class Waiting {
  /** What a key asked for. */
  asked: Treatment | undefined;
  readonly #step: Queue;
  readonly #scene: Scene;
  readonly #place: Place;
  readonly #undo: (() => void)[] = [];
  /** Ends the pause between two looks. */
  #wake: (() => void) | undefined;
  readonly #stop = new AbortController();
  /** Nothing more is said or played: the wait is over, whatever came of it. */
  readonly #silence = new AbortController();
  #announcing = false;

  constructor(step: Queue, scene: Scene, place: Place) {
    this.#step = step;
    this.#scene = scene;
    this.#place = place;
    const { voice, world, leg } = scene;
    voice?.loop(loopOf(step.hears));
    this.#undo.push(world.after(step.secondsAtMost, () => this.#end()));
    if (voice !== undefined) this.#undo.push(voice.pressed((key) => this.#pressed(key)));
    const left = (): void => this.#wake?.();
    leg.gone.addEventListener('abort', left);
    this.#undo.push(() => leg.gone.removeEventListener('abort', left));
    this.#announceEvery(step.announceEverySeconds);
  }

  /** Undefined: the call goes on another way, or the caller is gone. */
  async untilServed(): Promise<Found | undefined> {
    await this.#announce();
    while (!this.#isOver()) {
      const targets = this.#targets();
      const found = targets.length === 0 ? undefined : await this.#offer(targets);
      if (found !== undefined && found.ended !== 'not reached') return found;
      if (!this.#isOver()) await this.#pause(found === undefined ? lookAgainSeconds : this.#step.pauseSeconds);
    }
    return undefined;
  }

  over(): void {
    this.#silence.abort();
    for (const one of this.#undo.splice(0)) one();
    this.#place.leave();
  }

  #isOver(): boolean {
    return this.#stop.signal.aborted || isGone(this.#scene);
  }

  /** Whom to ring for this caller now, as the strategy has it. Nobody, while somebody before them waits. */
  #targets(): readonly Target[] {
    const { how, targets } = this.#step;
    const free = inOrder(targets, how, this.#scene).filter((target) => isFree(target, this.#step, this.#scene));
    const mine = new Set(this.#place.claim(free.map(nameOf)));
    const claimed = free.filter((target) => mine.has(nameOf(target)));
    if (how === 'together' || claimed.length <= 1) return claimed;
    const [first] = claimed;
    this.#place.release();
    if (first === undefined) return [];
    return this.#place.claim([nameOf(first)]).length === 0 ? [] : [first];
  }

  async #offer(targets: readonly Target[]): Promise<Found> {
    const { ringSeconds } = this.#step;
    const found = await ringRound(targets, ringSeconds, this.#scene, { stop: this.#stop.signal });
    if (found.ended === 'not reached') this.#place.release();
    return found;
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((over) => {
      const forget = this.#scene.world.after(seconds, over);
      this.#wake = () => {
        forget();
        over();
      };
      if (this.#isOver()) this.#wake();
    });
  }

  #end(): void {
    this.#silence.abort();
    this.#stop.abort();
    this.#wake?.();
  }

  #pressed(key: string): void {
    const asked = this.#step.keys?.[key as Key];
    if (asked === undefined || this.asked !== undefined) return;
    this.asked = asked;
    this.#end();
  }

  #announceEvery(seconds: number): void {
    if (seconds === 0 || this.#scene.voice === undefined) return;
    const again = (): void => {
      void this.#announce();
      forget = this.#scene.world.after(seconds, again);
    };
    let forget = this.#scene.world.after(seconds, again);
    this.#undo.push(() => forget());
  }

  async #announce(): Promise<void> {
    const { voice, world, config } = this.#scene;
    if (voice === undefined || this.#step.announceEverySeconds === 0 || this.#announcing || this.#isOver()) return;
    this.#announcing = true;
    const position = this.#place.position();
    const seconds = world.queues.talkSeconds(this.#step.service) ?? talkSecondsAtFirst;
    const wait = Math.round((position * seconds) / Math.max(1, this.#step.targets.length));
    await voice.play(
      world.sounds(
        [
          { prompt: 'queue.position', values: { position } },
          { prompt: 'queue.wait', values: { wait } },
        ],
        config,
      ),
      { stop: this.#silence.signal },
    );
    this.#announcing = false;
    if (!this.#silence.signal.aborted && !this.#isOver()) voice.loop(loopOf(this.#step.hears));
  }
}

function nameOf(target: Target): string {
  return target.is === 'line' ? target.line : `${target.trunk} ${target.leaving.called}`;
}

function isFree(target: Target, { service }: Queue, { world }: Scene): boolean {
  return target.is !== 'line' || (world.seats.ofLine(target.line) === 0 && !world.isAway(target.line, service));
}

function inOrder(targets: readonly Target[], how: Queue['how'], { world }: Scene): readonly Target[] {
  if (how !== 'longest idle') return targets;
  const since = (target: Target): number =>
    (target.is === 'line' ? world.seats.lineFreeSince(target.line) : undefined) ?? Number.NEGATIVE_INFINITY;
  return [...targets].sort((one, other) => since(one) - since(other));
}
