/** The timer effects every transaction table shares: `arm X`, `double X`, `X at T2`, `stop X`. */
import { firstValue, type TimerName, type TimerValues } from '../../protocol/sip/transaction/timers.ts';
import type { Counter, Flow } from './flow.ts';
import { Timer, type TimerWheel } from './timer-wheel.ts';

/** What transactions need of the layer that holds them. */
export interface Host {
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly count: Counter;
  clientEnded(key: string, flow: Flow): void;
  serverEnded(key: string, mergeKey: string | undefined): void;
  probe(flow: Flow): void;
}

type Step = { readonly does: 'arm' | 'double' | 'at T2' | 'stop'; readonly name: TimerName };

const letters: readonly TimerName[] = ['A', 'B', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M'];
const repeating: ReadonlySet<string> = new Set(['A', 'E', 'G']);

const steps: ReadonlyMap<string, Step> = new Map(
  letters.flatMap((name): [string, Step][] => [
    [`arm ${name}`, { does: 'arm', name }],
    [`double ${name}`, { does: 'double', name }],
    [`${name} at T2`, { does: 'at T2', name }],
    [`stop ${name}`, { does: 'stop', name }],
  ]),
);

/** At most one repeating timer (A, E, G) and one deadline (all others) run in a transaction at a time. */
export class Timers {
  private readonly host: Pick<Host, 'wheel' | 'timers'>;
  private readonly reliable: boolean;
  private readonly owner: { handle(event: string): void };
  private repeat: Timer | undefined = undefined;
  private deadline: Timer | undefined = undefined;
  private repeatName: TimerName = 'A';
  private deadlineName: TimerName = 'B';
  private interval = 0;
  private zero = false;

  constructor(host: Pick<Host, 'wheel' | 'timers'>, reliable: boolean, owner: { handle(event: string): void }) {
    this.host = host;
    this.reliable = reliable;
    this.owner = owner;
  }

  /** True when the effect was one of timers. */
  perform(effect: string): boolean {
    const step = steps.get(effect);
    if (step === undefined) return false;
    if (repeating.has(step.name)) this.performRepeat(step);
    else if (step.does === 'arm') this.armDeadline(step.name);
    else if (this.deadline !== undefined) this.host.wheel.disarm(this.deadline);
    return true;
  }

  /** Timers whose value is zero fire after the row that armed them is done. */
  fireZero(): void {
    if (!this.zero) return;
    this.zero = false;
    this.owner.handle(`timer ${this.deadlineName}`);
  }

  stop(): void {
    if (this.repeat !== undefined) this.host.wheel.disarm(this.repeat);
    if (this.deadline !== undefined) this.host.wheel.disarm(this.deadline);
  }

  private performRepeat(step: Step): void {
    const { wheel, timers } = this.host;
    if (step.does === 'stop') {
      if (this.repeat !== undefined) wheel.disarm(this.repeat);
      return;
    }
    if (step.does === 'arm') {
      const first = firstValue(step.name, timers, this.reliable);
      if (first === undefined) return;
      this.repeatName = step.name;
      this.interval = first;
    } else if (step.does === 'double') {
      // RFC 3261 §17.1.1.2: timer A has no ceiling; §17.1.2.2 and §17.2.1: E and G stop growing at T2
      const doubled = this.interval * 2;
      this.interval = step.name === 'A' ? doubled : Math.min(doubled, timers.t2);
    } else this.interval = timers.t2;
    this.repeat ??= new Timer(() => this.owner.handle(`timer ${this.repeatName}`));
    wheel.arm(this.repeat, this.interval);
  }

  private armDeadline(name: TimerName): void {
    const value = firstValue(name, this.host.timers, this.reliable) ?? 0;
    this.deadlineName = name;
    if (value === 0) {
      this.zero = true;
      return;
    }
    this.deadline ??= new Timer(() => this.owner.handle(`timer ${this.deadlineName}`));
    this.host.wheel.arm(this.deadline, value);
  }
}
