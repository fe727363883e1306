import type { Exit } from './exit.ts';
import { printable } from './paint.ts';
import type { Running, Terminal } from './ports.ts';

const tellEveryMs = 5_000;
const stopMsAtMost = 15_000;
const sameWishMs = 500;

/**
 * Waits for the end: a first SIGINT or SIGTERM drains, a second one stops at once, SIGHUP reloads. An exception that
 * nobody caught stops at once too: whoever watches over the process starts it anew, and the ledger is whole.
 * Settles when everything is closed.
 */
export async function untilStopped(running: Running, terminal: Terminal, drainSeconds: number): Promise<Exit> {
  const { err, onSignal, onFault } = terminal;
  const asked = signals(terminal, ['SIGINT', 'SIGTERM']);
  const faults: unknown[] = [];
  const faulted = new Promise<void>((resolve) => {
    const forgetFaults = onFault((error) => {
      if (faults.push(error) === 1) err(`A mistake of Beffroi, which stops now:\n${stackOf(error)}\n`);
      resolve();
    });
    asked.forgetToo(forgetFaults);
  });
  asked.forgetToo(onSignal('SIGHUP', () => void reload(running, err)));

  await Promise.race([asked.next(), faulted]);
  if (faults.length === 0) {
    const waited = drained(running, err, drainSeconds);
    await Promise.race([waited.done, asked.next(), faulted]);
    waited.cancel();
  }
  const left = running.callsActive();
  if (left > 0) err(`${calls(left)} cut off.\n`);
  const isClosed = await Promise.race([running.stop().then(() => true), after(stopMsAtMost, false)]);
  asked.forget();
  err(isClosed ? 'Stopped.\n' : 'Not everything could be closed; ending nevertheless.\n');
  return isClosed && faults.length === 0 ? 'ok' : 'ourFault';
}

function stackOf(error: unknown): string {
  return printable(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

async function reload(running: Running, err: Terminal['err']): Promise<void> {
  const reply = await running.reload();
  if (reply.accepted) err(`Reloaded: ${printable(reply.says)}\n`);
  else err(`${reply.problems.map(printable).join('\n\n')}\nThe reload was refused: nothing was changed.\n`);
}

/** No new calls; tells every few seconds how many are left. Done when none is, or when the time is up. */
function drained(running: Running, err: Terminal['err'], drainSeconds: number) {
  const tell = () => {
    const left = running.callsActive();
    if (left > 0) err(`${calls(left)} left; waiting for ${drainSeconds} s at most (Ctrl-C again: ends at once).\n`);
  };
  tell();
  const telling = setInterval(tell, tellEveryMs);
  return { done: running.drain(drainSeconds), cancel: () => clearInterval(telling) };
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

/**
 * Signals as something to wait for, one after the other. A Ctrl-C reaches us from the terminal and once more from npm, which
 * passes it on: the same signal again at once is the same wish.
 */
function signals({ onSignal, now }: Pick<Terminal, 'onSignal' | 'now'>, names: readonly NodeJS.Signals[]) {
  let waiting: (() => void) | undefined;
  let pending = 0;
  const last = new Map<NodeJS.Signals, number>();
  const came = (name: NodeJS.Signals) => {
    const [before, at] = [last.get(name), now()];
    last.set(name, at);
    if (before !== undefined && at - before < sameWishMs) return;
    if (waiting === undefined) pending += 1;
    else waiting();
    waiting = undefined;
  };
  const forgets = names.map((name) => onSignal(name, () => came(name)));
  return {
    next: () =>
      new Promise<void>((resolve) => {
        if (pending === 0) waiting = resolve;
        else {
          pending -= 1;
          resolve();
        }
      }),
    forgetToo: (forget: () => void) => forgets.push(forget),
    forget: () => {
      for (const forget of forgets) forget();
    },
  };
}

function after<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(value), ms).unref();
  });
}
