import type { Trunk } from '../../domain/trunk.ts';
import type { Legs } from './legs.ts';
import { targetUri } from './outgoing.ts';
import { sendRequest } from './wire.ts';

/** Sends OPTIONS to a target of a trunk: does it answer within the time that it can take calls? Never rejects. */
export function probeTarget(legs: Legs, trunk: Trunk, target: number, seconds: number): Promise<boolean> {
  const where = trunk.targets[target];
  if (where === undefined) return Promise.resolve(false);
  return new Promise((settle) => {
    const forget = legs.after(seconds, () => settle(false));
    const done = (alive: boolean): void => {
      forget();
      settle(alive);
    };
    sendRequest(
      legs.srf,
      { method: 'OPTIONS', uri: targetUri(where), headers: { Accept: 'application/sdp', 'Max-Forwards': '70' } },
      {
        failed: () => done(false),
        response: (res) => {
          if (res.status >= 200) done(answersForItself(res.status));
        },
      },
    );
  });
}

/**
 * Any answer is a sign of life, a 404 or 405 included (RFC 3261 §11.2 tells callers to read it as for an INVITE, but peers
 * differ), except the two that say it takes no calls: 503, and 408, which the engine makes when nobody answered.
 */
function answersForItself(status: number): boolean {
  return status !== 503 && status !== 408;
}
