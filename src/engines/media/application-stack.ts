import type { Execution } from '../../protocol/esl/message.ts';
import { expandVariables } from '../../protocol/esl/message.ts';
import { type Application, type ApplicationKind, type Leg, NO_RESPONSE, type Stack, type StopReason } from './leg.ts';

interface Running {
  readonly execution: Execution;
  application: Application | undefined;
}

const MAX_DEPTH = 16;
const MAX_QUEUED = 256;

/** What the stack asks of the leg it belongs to. */
interface Owner extends Leg {
  tellExecute(execution: Execution): void;
  tellComplete(execution: Execution, response: string): void;
}

/**
 * What a leg does. A new application runs on top of the running one, which waits, silent, until it is over; unless the
 * running one was locked (`event-lock`), then the new one waits.
 */
export class ApplicationStack implements Stack {
  readonly #leg: Owner;
  readonly #running: Running[] = [];
  readonly #queued: Execution[] = [];

  constructor(leg: Owner) {
    this.#leg = leg;
  }

  get top(): Application | undefined {
    return this.#running[this.#running.length - 1]?.application;
  }

  get isIdle(): boolean {
    return this.#running.length === 0;
  }

  execute(execution: Execution): void {
    const { applications } = this.#leg.world;
    const kind = Object.hasOwn(applications, execution.application) ? applications[execution.application] : undefined;
    if (kind === undefined) this.#complete(execution, `-ERR unsupported application ${execution.application}`);
    else if (kind.is === 'instant') void this.#runInstant(kind, execution);
    else if (this.#mustWait()) this.#wait(execution);
    else this.#push(kind, execution);
  }

  /** Ends all, topmost first. What waits is completed too, or runs next after a `break`. */
  stopAll(why: StopReason): void {
    const isEnd = why === 'hangup' || why === 'peer gone';
    const queued = isEnd ? this.#queued.splice(0) : [];
    for (const { application } of [...this.#running].reverse()) application?.stop(why);
    for (const execution of queued) this.#complete(execution, NO_RESPONSE);
  }

  #mustWait(): boolean {
    return (
      this.#queued.length > 0 || this.#running.at(-1)?.execution.isLocked === true || this.#running.length >= MAX_DEPTH
    );
  }

  #wait(execution: Execution): void {
    if (this.#queued.length >= MAX_QUEUED) this.#complete(execution, '-ERR too many applications wait');
    else this.#queued.push(execution);
  }

  #push(kind: Extract<ApplicationKind, { is: 'lasting' }>, execution: Execution): void {
    const running: Running = { execution, application: undefined };
    this.#running.push(running);
    this.#leg.tellExecute(execution);
    let isDone = false;
    running.application = kind.start({
      leg: this.#leg,
      argument: this.#expanded(execution),
      done: (response) => {
        if (isDone) return;
        isDone = true;
        this.#remove(running, response);
      },
    });
  }

  #remove(running: Running, response: string): void {
    const index = this.#running.indexOf(running);
    if (index !== -1) this.#running.splice(index, 1);
    this.#complete(running.execution, response);
    while (this.#queued.length > 0 && this.#running.at(-1)?.execution.isLocked !== true) {
      const next = this.#queued.shift();
      if (next !== undefined) this.execute(next);
    }
  }

  async #runInstant(kind: Extract<ApplicationKind, { is: 'instant' }>, execution: Execution): Promise<void> {
    this.#leg.tellExecute(execution);
    const result = kind.run(this.#leg, this.#expanded(execution));
    // Most are done at once: their completion must not be overtaken by the next command.
    const response = result instanceof Promise ? await result.catch(() => undefined) : result;
    this.#leg.tellComplete(execution, response ?? NO_RESPONSE);
  }

  #complete(execution: Execution, response: string): void {
    this.#leg.tellComplete(execution, response);
  }

  #expanded(execution: Execution): string {
    return expandVariables(execution.argument, (name) => this.#leg.variables.get(name));
  }
}
