import type { IncomingCall } from '../domain/call.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { CallerLeg, World } from './ports.ts';

const whatAtMost = 300;

/** Whatever throws becomes `our fault`: a 500 for the caller (a BYE, when they talk already), an alarm, and still an outcome. Never rejects. */
export async function guard(
  call: IncomingCall,
  leg: CallerLeg,
  world: Pick<World, 'alarm'>,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    const what = (error instanceof Error ? error.message : String(error)).slice(0, whatAtMost);
    attempt(() => leg.refuse('our-fault'));
    attempt(() => world.alarm({ call: call.id, what, error }));
    return { is: 'our fault', what };
  }
}

/** What is to be put away when a call is over, each whatever becomes of the others: the call comes into the ledger all the same. */
export async function whatever(
  call: IncomingCall,
  world: Pick<World, 'alarm'>,
  steps: readonly (() => void | Promise<void>)[],
): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      attempt(() => world.alarm({ call: call.id, what: 'something of a call that is over cannot be put away', error }));
    }
  }
}

/** When even the refusal or the alarm throws, the outcome still says what happened first. */
function attempt(what: () => void): void {
  try {
    what();
  } catch {
    // The first mistake is the one to report.
  }
}
