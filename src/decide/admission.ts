import type { Account, Caller, Destination, Facts, Reason } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { SiteId } from '../domain/ids.ts';
import type { Refusal } from '../domain/refusals.ts';
import type { Site } from '../domain/site.ts';

/**
 * Is there room for one more call: in the exchange, on the trunk it came by, at the site that calls and the site that is called?
 * `undefined`: yes. Emergency calls are not asked. The trunks it may leave by are judged where they are chosen.
 */
export function noRoom(
  caller: Caller,
  account: Account | undefined,
  destination: Destination,
  facts: Facts,
  config: Config,
): Full | undefined {
  const { callsAtMost } = config.exchange;
  if (facts.calls >= callsAtMost)
    return full('overload', `the exchange has its ${callsAtMost} calls`, 'exchange.callsAtMost');
  if (caller.is !== 'line') {
    const { id, channels } = caller.trunk;
    const inUse = facts.trunks.get(id)?.channelsInUse ?? 0;
    if (inUse >= channels)
      return full('trunk-full', `all ${channels} channels of trunk ${id} are in use`, `trunks.${id}.channels`);
  }
  const called = 'site' in destination ? destination.site : undefined;
  return (account && siteFull(account.site, facts.siteCalls)) ?? (called && siteFull(called, facts.siteCalls));
}

export interface Full {
  readonly why: Refusal;
  readonly because: Reason;
}

function siteFull(site: Site, calls: ReadonlyMap<SiteId, number>): Full | undefined {
  if ((calls.get(site.id) ?? 0) < site.callsAtMost) return undefined;
  return full('site-full', `${site.id} has its ${site.callsAtMost} calls`, `sites.${site.id}.callsAtMost`);
}

function full(why: Refusal, says: string, config: string): Full {
  return { why, because: { room: 'limit', says, config } };
}
