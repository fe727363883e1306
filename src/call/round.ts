import { endsForAll, refusesNumber } from '../decide/failure.ts';
import type { Target } from '../domain/call.ts';
import { best, type Found, failed, type NotFound, nobody, silent, unanswered } from './found.ts';
import type { DialResult, Leg, LegNews, Said, StopReason } from './ports.ts';
import type { Scene } from './scene.ts';
import { speakFirst } from './speak-first.ts';

/** RFC 5393: a call may not multiply without bounds. */
const legsAtMost = 20;

/**
 * One round of ringing: these targets at once, until one answers, all have failed, nobody answers in time,
 * a silent trunk shows no life, or the caller is gone; `stop` ends it as if the time was over. Rejects when the world throws; then nothing rings any more.
 */
export function ringRound(
  targets: readonly Target[],
  seconds: number,
  scene: Scene,
  more: RoundOptions = {},
): Promise<Found> {
  return new Promise((resolve, reject) => new Round(scene, resolve, reject).start(targets, seconds, more));
}

export interface RoundOptions {
  readonly stop?: AbortSignal;
  /** When nothing at all has been heard of any target by then, it ends as unreachable. */
  readonly silentSeconds?: number | undefined;
}

class Round {
  readonly #scene: Scene;
  readonly #resolve: (found: Found) => void;
  readonly #reject: (error: unknown) => void;
  readonly #legs: Leg[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #heard = new Set<string>();
  /** Legs that have not ended. */
  readonly #open = new Set<Leg>();
  /** Targets that are rung when the others have rung for a while. */
  readonly #later = new Set<Target>();
  /** The group of contacts each target is at. */
  readonly #groups = new Map<Target, number>();
  readonly #failures: NotFound[] = [];
  #dialled = 0;
  #settled = false;

  constructor(scene: Scene, resolve: (found: Found) => void, reject: (error: unknown) => void) {
    this.#scene = scene;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(targets: readonly Target[], seconds: number, { stop, silentSeconds }: RoundOptions): void {
    this.#safely(() => {
      this.#when(this.#scene.leg.gone, () => this.#settle({ ended: 'caller gone' }, 'caller gone'));
      if (stop !== undefined) this.#when(stop, () => this.#settle(unanswered, 'no answer'));
      if (!this.#settled) this.#ring(targets, seconds);
      if (!this.#settled && silentSeconds !== undefined) this.#needLife(silentSeconds);
    });
  }

  /** Phones that are switched off while they are registered answer nothing at all. */
  #needLife(seconds: number): void {
    this.#after(seconds, () => {
      if (this.#heard.size === 0) this.#settle(silent('line'), 'no reply');
    });
  }

  #ring(targets: readonly Target[], seconds: number): void {
    for (const target of targets) this.#begin(target);
    if (this.#open.size === 0 && !this.#hurry()) {
      this.#settle(this.#failures.length === 0 ? nobody : best(this.#failures), 'no answer');
      return;
    }
    this.#after(seconds, () => this.#settle(unanswered, 'no answer'));
    const [only] = targets;
    if (only?.is === 'trunk' && targets.length === 1) this.#watchSilence(only);
    for (const target of targets) this.#shareTime(target, seconds);
    for (const target of targets) this.#mayBePickedUp(target);
  }

  /** Only a caller whom a media server can take is joined with a second caller. */
  #mayBePickedUp(target: Target): void {
    const { world } = this.#scene;
    if (target.is !== 'line') return;
    const { id: call } = this.#scene.call;
    const { line } = target;
    world.presence.set(line, { call, direction: 'recipient', state: 'early' });
    this.#undo.push(() => world.presence.notRinging(line, call));
    this.#undo.push(
      world.pickUps.ringing(target.line, (by) => {
        this.#safely(() => this.#settle({ ended: 'picked up', by, at: world.now() }, 'answered elsewhere'));
      }),
    );
  }

  #begin(target: Target): void {
    const { afterSeconds: seconds } = target;
    if (seconds === undefined) {
      this.#dial(target, 0);
      return;
    }
    this.#later.add(target);
    this.#after(seconds, () => {
      if (this.#later.delete(target)) this.#dial(target, 0);
    });
  }

  /** Nobody rings any more: who was to be rung later is rung now. False: there is nobody either. */
  #hurry(): boolean {
    for (const target of [...this.#later]) {
      this.#later.delete(target);
      this.#dial(target, 0);
    }
    return this.#open.size > 0;
  }

  #endWhenOver(): void {
    if (this.#open.size === 0 && !this.#hurry()) this.#settle(best(this.#failures), 'no answer');
  }

  /** Each group of a target's contacts has an equal share of the time. */
  #shareTime(target: Target, seconds: number): void {
    const groups = this.#scene.world.groups(target);
    for (let group = 1; group < groups; group += 1)
      this.#after((seconds * group) / groups, () => this.#turnTo(target, group));
  }

  /** RFC 3261 §16.6: contacts of lower preference are rung when those before have all failed, or have had their time. */
  #turnTo(target: Target, group: number): void {
    if (this.#groups.get(target) !== group - 1) return;
    for (const leg of [...this.#open].filter((one) => one.target === target)) {
      this.#open.delete(leg);
      this.#legs.splice(this.#legs.indexOf(leg), 1);
      this.#failures.push(unanswered);
      leg.stop('no answer');
    }
    this.#dial(target, group);
    this.#endWhenOver();
  }

  #when(signal: AbortSignal, what: () => void): void {
    if (signal.aborted) {
      this.#safely(what);
      return;
    }
    const aborted = (): void => this.#safely(what);
    signal.addEventListener('abort', aborted);
    this.#undo.push(() => signal.removeEventListener('abort', aborted));
  }

  /** A line gives as many legs as the group has contacts; a trunk gives one, and takes a channel while it lasts. */
  #dial(target: Target, group: number): void {
    const { world, record, seats, config, call, leg: caller } = this.#scene;
    const site = target.is === 'line' ? config.lines.get(target.line)?.site : undefined;
    const heard = target.first !== undefined;
    const news = (news: LegNews): void => this.#safely(() => this.#hear(news));
    this.#groups.set(target, group);
    const legs = world.dial(target, { call, caller, config, group, news, ...(heard && { heard }) });
    for (const leg of legs) {
      record.sent(leg);
      if (target.is === 'trunk') this.#freeWhenOver(leg, seats.channel(target.trunk));
      this.#dialled += 1;
      if (this.#dialled > legsAtMost) {
        leg.stop('no answer');
        continue;
      }
      this.#legs.push(leg);
      this.#open.add(leg);
      this.#follow(leg);
    }
    if (site !== undefined && legs.length > 0 && group === 0) seats.site(site);
  }

  #freeWhenOver(leg: Leg, free: () => void): void {
    leg.result.then(
      (result) => {
        if (result.ended !== 'answered') free();
      },
      () => free(),
    );
  }

  #hear(news: LegNews): void {
    this.#heard.add(news.leg);
    this.#scene.record.ringing(news.leg, news.at);
  }

  #follow(leg: Leg): void {
    leg.result.then(
      (result) => {
        this.#scene.record.ended(leg, result);
        this.#safely(() => this.#ended(leg, result));
      },
      (error) => this.#fail(error),
    );
  }

  #ended(leg: Leg, result: DialResult): void {
    if (result.ended === 'answered') {
      const taken = (): void => this.#settle({ ended: 'answered', leg, at: result.at }, 'answered elsewhere');
      if (leg.target.first?.key === undefined) taken();
      else this.#ask(leg, taken);
      return;
    }
    if (result.ended === 'failed' && this.#isTriedAgain(leg, result.sip)) return;
    if (result.ended === 'failed') {
      this.#failures.push(failed(said(result), leg.target.is));
      if (endsForAll(result.sip)) this.#declined(leg);
    }
    this.#lose(leg);
  }

  #isTriedAgain(leg: Leg, sip: number): boolean {
    const again = shownAnew(leg.target, sip);
    if (again === undefined) return false;
    const dialled = this.#dialled;
    this.#dial(again, 0);
    if (this.#dialled === dialled) return false;
    this.#open.delete(leg);
    return true;
  }

  #lose(leg: Leg): void {
    const { target } = leg;
    if (!this.#open.delete(leg)) return;
    const group = this.#groups.get(target);
    const isLast = ![...this.#open].some((one) => one.target === target);
    if (isLast && group !== undefined && group + 1 < this.#scene.world.groups(target)) this.#turnTo(target, group + 1);
    else this.#endWhenOver();
  }

  /** A mobile's own voicemail answers too: only who presses the key has the call. The others go on ringing meanwhile. */
  #ask(leg: Leg, taken: () => void): void {
    speakFirst(leg, leg.target, this.#scene).then(
      (accepted) =>
        this.#safely(() => {
          if (accepted) return taken();
          leg.stop('no answer');
          this.#failures.push(unanswered);
          this.#lose(leg);
        }),
      (error) => this.#fail(error),
    );
  }

  /** RFC 3261 §21.6: a 6xx speaks for the user wherever they are, so the other phones of that line stop too, and no further ones are rung. */
  #declined(by: Leg): void {
    this.#groups.delete(by.target);
    for (const leg of this.#legs) if (leg !== by && leg.target === by.target) leg.stop('declined elsewhere');
  }

  /**
   * The engine shows no 100 Trying, so silence alone does not tell a slow network from a dead target:
   * half-way we ask whether it answers anything at all, and give it up only when that is silent too.
   */
  #watchSilence(target: Target & { readonly is: 'trunk' }): void {
    const { world, config } = this.#scene;
    const seconds = config.trunks.get(target.trunk)?.noReplySeconds;
    if (seconds === undefined) return;
    let alive = false;
    this.#after(seconds / 2, () => {
      if (this.#heard.size > 0) return;
      world.answers(target, config).then(
        (answers) => {
          alive = answers;
        },
        (error) => this.#fail(error),
      );
    });
    this.#after(seconds, () => {
      if (!alive && this.#heard.size === 0) this.#settle(silent(target.is), 'no reply');
    });
  }

  #after(seconds: number, what: () => void): void {
    this.#undo.push(this.#scene.world.after(seconds, () => this.#safely(what)));
  }

  #settle(found: Found, reason: StopReason): void {
    this.#leave(reason, found.ended === 'answered' ? found.leg : undefined);
    this.#settled = true;
    this.#resolve(found);
  }

  /** Takes every leg off the list before it is stopped, so that none is stopped twice. */
  #leave(reason: StopReason, winner?: Leg): void {
    for (const one of this.#undo.splice(0)) one();
    for (const leg of this.#legs.splice(0)) if (leg !== winner) leg.stop(reason);
  }

  /** Nothing happens after the end; what throws before it ends the round. */
  #safely(what: () => void): void {
    if (this.#settled) return;
    try {
      what();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#reject(error);
    try {
      this.#leave('our fault');
    } catch {
      // The first mistake is the one to report.
    }
  }
}

function said({ ended: _, at: __, ...rest }: DialResult & { readonly ended: 'failed' }): Said {
  return rest;
}

/** The same target with the number that may be shown instead, when the first was refused. It has none after that, so once is all. */
function shownAnew(target: Target, sip: number): Target | undefined {
  if (target.is !== 'trunk' || target.leaving.ifRefused === undefined || !refusesNumber(sip)) return undefined;
  const { ifRefused: shows, ...leaving } = target.leaving;
  return { ...target, leaving: { ...leaving, shows } };
}
