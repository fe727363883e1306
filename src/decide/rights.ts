import type { Account, Reason } from '../domain/call.ts';
import type { Reach } from '../domain/reach.ts';

/** May this account dial that far? Emergency and free numbers need no right. */
export function mayReach(account: Account, reach: Reach): boolean {
  return reach === 'emergency' || reach === 'free' || account.mayReach.has(reach);
}

/** The same, for people. */
export function becauseOfRights(account: Account, reach: Reach): Reason {
  if (reach === 'emergency' || reach === 'free') return { room: 'rights', says: `${reach} numbers are never barred` };
  const verb = account.mayReach.has(reach) ? 'grants' : 'does not grant';
  return { room: 'rights', says: `${account.rightsFrom} ${verb} ${reach}` };
}
