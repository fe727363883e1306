import type { Binding } from '../../domain/binding.ts';
import type { Trunk } from '../../domain/trunk.ts';
import type { Legs } from './legs.ts';
import { routeTo, targetUri } from './outgoing.ts';
import { sendRequest } from './wire.ts';

/** Sends OPTIONS to a target of a trunk: does it answer within the time that it can take calls? Never rejects. */
export function probeTarget(legs: Legs, trunk: Trunk, target: number, seconds: number): Promise<boolean> {
  const where = trunk.targets[target];
  return where === undefined ? Promise.resolve(false) : probe(legs, { uri: targetUri(where) }, seconds);
}

/** The same of the phone that registered this contact. */
export function probeContact(legs: Legs, binding: Binding, seconds: number): Promise<boolean> {
  return probe(legs, { uri: binding.contact, proxy: routeTo(binding) }, seconds);
}

function probe(
  legs: Legs,
  to: { readonly uri: string; readonly proxy?: string | undefined },
  seconds: number,
): Promise<boolean> {
  return new Promise((settle) => {
    const forget = legs.after(seconds, () => settle(false));
    const done = (alive: boolean): void => {
      forget();
      settle(alive);
    };
    sendRequest(
      legs.srf,
      { method: 'OPTIONS', ...to, headers: { Accept: 'application/sdp', 'Max-Forwards': '70' } },
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
