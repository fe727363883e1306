import { endsForAll } from '../decide/failure.ts';
import type { Target } from '../domain/call.ts';
import type { Gone } from '../domain/gone.ts';
import type { Instant } from '../domain/instant.ts';
import { nextTry } from './again.ts';
import { best, type Found, failed, type NotFound, nobody, silent, trunkFull, unanswered } from './found.ts';
import type { DialResult, Leg, LegNews, Said, StopReason } from './ports.ts';
import type { Scene } from './scene.ts';
import { channelFor } from './seats.ts';
import { speakFirst } from './speak-first.ts';

/** RFC 5393: a call may not multiply without bounds. */
const legsAtMost = 20;

/**
 * One round of ringing: these targets at once, until one answers (and has heard what is said first), all have failed, nobody answers in
 * time, a silent trunk shows no life, or the caller is gone. Rejects when the world throws; then nothing rings any more.
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
  /** Ends it at once, whoever is being spoken to. */
  readonly stop?: Gone;
  /** Ends it as the end of its own time does: whoever is being spoken to still decides. */
  readonly late?: Gone;
  /** This target has refused the call, or shows no life. */
  failed?(target: Target, found: NotFound): void;
  /** When nothing at all has been heard of a line's phones by then, they count as unreachable. */
  readonly silentSeconds?: number | undefined;
}

class Round {
  readonly #scene: Scene;
  readonly #resolve: (found: Found) => void;
  readonly #reject: (error: unknown) => void;
  readonly #legs: Leg[] = [];
  readonly #undo: (() => void)[] = [];
  /** Take a line off the list of those that can be picked up. */
  readonly #pickUps: (() => void)[] = [];
  readonly #heard = new Set<string>();
  /** Legs that have not ended. */
  readonly #open = new Set<Leg>();
  /** Targets that are rung when the others have rung for a while. */
  readonly #later = new Set<Target>();
  /** The group of contacts each target is at. */
  readonly #groups = new Map<Target, number>();
  readonly #failures: NotFound[] = [];
  /** Legs that have answered and are spoken to first. */
  readonly #asked = new Set<Leg>();
  /** Lines that answered are in the call from that moment on: nobody else rings them meanwhile. */
  readonly #seated = new Map<Leg, () => void>();
  #tellFailed: RoundOptions['failed'];
  /** Nobody else is rung any more: those who are spoken to decide. */
  #isClosing = false;
  #dialled = 0;
  #silentSeconds: number | undefined;
  #settled = false;

  constructor(scene: Scene, resolve: (found: Found) => void, reject: (error: unknown) => void) {
    this.#scene = scene;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(targets: readonly Target[], seconds: number, { stop, late, silentSeconds, failed }: RoundOptions): void {
    this.#tellFailed = failed;
    this.#safely(() => {
      this.#when(this.#scene.leg.gone, () => this.#settle({ ended: 'caller gone' }, 'caller gone'));
      if (stop !== undefined) this.#when(stop, () => this.#settle(unanswered, 'no answer'));
      if (late !== undefined) this.#when(late, () => this.#timeIsOver());
      this.#silentSeconds = silentSeconds;
      if (!this.#settled) this.#ring(targets, seconds);
    });
  }

  #giveUp(leg: Leg): void {
    this.#legs.splice(this.#legs.indexOf(leg), 1);
    leg.stop('no reply');
    if (this.#isTriedAgain(leg, 408)) return;
    this.#failed(leg, silent(leg.target.is));
    this.#lose(leg);
  }

  #ring(targets: readonly Target[], seconds: number): void {
    for (const target of targets) this.#begin(target);
    if (this.#open.size === 0 && !this.#hurry()) {
      this.#settle(this.#failures.length === 0 ? nobody : best(this.#failures), 'no answer');
      return;
    }
    this.#after(seconds, () => this.#timeIsOver());
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
    this.#pickUps.push(
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
    if (this.#open.size > 0 || (!this.#isClosing && this.#hurry())) return;
    this.#settle(this.#isClosing ? unanswered : best(this.#failures), 'no answer');
  }

  /** Nobody rings any more; but who has answered, and is only being told what for, is not cut off. */
  #timeIsOver(): void {
    if (this.#asked.size === 0) {
      this.#settle(unanswered, 'no answer');
      return;
    }
    this.#close('no answer');
  }

  #close(reason: StopReason): void {
    this.#isClosing = true;
    this.#later.clear();
    for (const one of this.#pickUps.splice(0)) one();
    for (const leg of [...this.#open].filter((one) => !this.#asked.has(one))) {
      this.#forget(leg);
      leg.stop(reason);
    }
  }

  #forget(leg: Leg): void {
    this.#open.delete(leg);
    const at = this.#legs.indexOf(leg);
    if (at >= 0) this.#legs.splice(at, 1);
  }

  /** Each group of a target's contacts has an equal share of the time. */
  #shareTime(target: Target, seconds: number): void {
    const groups = this.#scene.world.groups(target);
    for (let group = 1; group < groups; group += 1)
      this.#after((seconds * group) / groups, () => this.#turnTo(target, group));
  }

  /** RFC 3261 §16.6: contacts of lower preference are rung when those before have all failed, or have had their time. */
  #turnTo(target: Target, group: number): void {
    if (this.#isClosing || this.#groups.get(target) !== group - 1) return;
    if ([...this.#asked].some((one) => one.target === target)) return;
    for (const leg of [...this.#open].filter((one) => one.target === target)) {
      this.#forget(leg);
      this.#failures.push(unanswered);
      leg.stop('no answer');
    }
    this.#dial(target, group);
    this.#endWhenOver();
  }

  #when(signal: Gone, what: () => void): void {
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
    const free = channelFor(target, seats, config);
    if (free === undefined) {
      this.#full(target);
      return;
    }
    const heard = target.first !== undefined;
    const news = (news: LegNews): void => this.#safely(() => this.#hear(news));
    this.#groups.set(target, group);
    const legs = world.dial(target, { call, caller, config, group, news, ...(heard && { heard }) });
    for (const leg of legs) {
      record.sent(leg);
      this.#freeWhenOver(leg, free);
      this.#dialled += 1;
      if (this.#dialled > legsAtMost) {
        leg.stop('no answer');
        continue;
      }
      this.#legs.push(leg);
      this.#open.add(leg);
      this.#follow(leg);
    }
    this.#watchSilence(target, group, legs);
    if (legs.length === 0) free();
    if (site !== undefined && legs.length > 0 && group === 0) seats.site(site);
  }

  #full(target: Target): void {
    const other = nextTry(target, trunkFull.said.sip);
    if (other === undefined) this.#failed({ target }, trunkFull);
    else this.#dial(other, 0);
  }

  #freeWhenOver(leg: Leg, free: () => void): void {
    leg.result.then((result) => result.ended === 'answered' || free(), free);
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
      this.#answered(leg, result.at);
      return;
    }
    if (result.ended === 'failed' && this.#isTriedAgain(leg, result.sip)) return;
    if (result.ended === 'failed') {
      this.#failed(leg, failed(said(result), leg.target.is));
      if (endsForAll(result.sip)) this.#declined(leg);
    }
    this.#lose(leg);
  }

  #answered(leg: Leg, at: Instant): void {
    // Stopped before it could be heard of: it is hung up on, or will be.
    if (!this.#open.has(leg)) return;
    if (leg.target.is === 'line') this.#seated.set(leg, this.#scene.seats.line(leg.target.line));
    const taken = (): void => this.#settle({ ended: 'answered', leg, at }, 'answered elsewhere');
    if (leg.target.first === undefined) taken();
    else this.#ask(leg, taken);
  }

  #isTriedAgain(leg: Leg, sip: number): boolean {
    const again = nextTry(leg.target, sip);
    if (again === undefined || this.#isClosing) return false;
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

  #failed({ target }: Pick<Leg, 'target'>, found: NotFound): void {
    this.#failures.push(found);
    this.#tellFailed?.(target, found);
  }

  /**
   * A mobile's own voicemail answers too: only who presses the key has the call, and the others go on ringing meanwhile. Who hears for
   * whom it is, and nothing is asked of them, has it: the others stop.
   */
  #ask(leg: Leg, taken: () => void): void {
    this.#asked.add(leg);
    if (leg.target.first?.key === undefined) this.#close('answered elsewhere');
    speakFirst(leg, leg.target, this.#scene).then(
      (accepted) =>
        this.#safely(() => {
          if (accepted) return taken();
          leg.stop('no answer');
          this.#asked.delete(leg);
          this.#unseat(leg);
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
   * Phones that are switched off while they are registered answer nothing at all, and neither does a dead trunk. The engine shows no
   * 100 Trying, so silence alone does not tell a slow network from a dead target: half-way we ask whether it answers anything at
   * all, and give it up only when that is silent too. Others who are rung beside it go on ringing.
   */
  #watchSilence(target: Target, group: number, legs: readonly Leg[]): void {
    const { world, config } = this.#scene;
    const seconds = target.is === 'trunk' ? config.trunks.get(target.trunk)?.noReplySeconds : this.#silentSeconds;
    if (seconds === undefined) return;
    const silentOnes = (): readonly Leg[] => {
      const open = legs.filter((leg) => this.#open.has(leg));
      return open.some((leg) => this.#asked.has(leg) || this.#heard.has(leg.id)) ? [] : open;
    };
    let alive = false;
    this.#after(seconds / 2, () => {
      if (silentOnes().length === 0) return;
      world.answers(target, config, group).then(
        (answers) => {
          alive = answers;
        },
        (error) => this.#fail(error),
      );
    });
    this.#after(seconds, () => {
      if (!alive) for (const leg of silentOnes()) this.#giveUp(leg);
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

  #unseat(leg: Leg): void {
    this.#seated.get(leg)?.();
    this.#seated.delete(leg);
  }

  /** Takes every leg off the list before it is stopped, so that none is stopped twice. */
  #leave(reason: StopReason, winner?: Leg): void {
    for (const one of [...this.#undo.splice(0), ...this.#pickUps.splice(0)]) one();
    for (const leg of [...this.#seated.keys()]) if (leg !== winner) this.#unseat(leg);
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

const said = ({ ended: _, at: __, ...rest }: DialResult & { readonly ended: 'failed' }): Said => rest;
