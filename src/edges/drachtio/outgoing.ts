import type { Order } from '../../call/ports.ts';
import { contactGroups } from '../../decide/registration.ts';
import type { Binding } from '../../domain/binding.ts';
import type { Target } from '../../domain/call.ts';
import type { LineId } from '../../domain/ids.ts';
import type { Trunk, TrunkTarget } from '../../domain/trunk.ts';
import type { Plan } from './callee-leg.ts';
import { CallerEnd } from './caller-end.ts';
import type { Credentials } from './credentials.ts';
import { escapeUser, ofNewInvite, towardsLine, towardsTrunk, withOwnTimer } from './headers.ts';
import { callersSound, pathToLine, pathToTrunk } from './sound-path.ts';

/** Who knows where lines are, and what we prove ourselves with. */
export interface Directory {
  contacts(line: LineId): readonly Binding[];
  credentials(trunk: Trunk): Credentials | undefined;
}

/** The INVITEs a target takes: one for each contact of a line in the group whose turn it is, one for the target of a trunk. */
export function plansFor(target: Target, order: Order, directory: Directory): readonly Plan[] {
  const { caller, call, config } = order;
  const message = caller instanceof CallerEnd ? caller.req : undefined;
  // RFC 7332 §5: a B2BUA counts down, or a loop through it would never end.
  const common = message === undefined ? {} : ofNewInvite(message, Math.max(0, call.maxForwards - 1));
  const body = message?.body || undefined;
  const { realm } = config.exchange;
  const sound = callersSound(message, call, config);

  if (target.is === 'line') {
    const headers = Object.assign({}, withOwnTimer(common), towardsLine(target.shows, realm));
    const to = `<sip:${escapeUser(config.lines.get(target.line)?.extension ?? target.line)}@${realm}>`;
    const contacts = contactGroups(directory.contacts(target.line))[order.group] ?? [];
    return contacts.map((binding) => ({
      uri: binding.contact,
      proxy: routeTo(binding),
      headers: Object.assign({}, headers, { To: to }),
      body,
      sound: pathToLine(sound, binding, config),
    }));
  }
  const trunk = config.trunks.get(target.trunk);
  const where = trunk?.targets[target.target];
  if (trunk === undefined || where === undefined) return [];
  const headers = Object.assign({}, common, towardsTrunk(target.leaving, trunk, realm));
  const uri = targetUri(where, target.leaving.called);
  const path = pathToTrunk(sound, trunk, target.emergency);
  return [{ uri, headers, body, sound: path, credentials: directory.credentials(trunk) }];
}

/**
 * Where a request to a registered contact is sent. Through its edge proxy when it came by one (RFC 3327 §5.1: only the
 * outermost hop can be told to the engine). Over UDP to the address the REGISTER came from, which is where a NAT keeps a
 * hole open. Over a connection the engine remembers it by the contact itself.
 */
export function routeTo({ path, received }: Binding): string | undefined {
  if (path[0] !== undefined) return path[0];
  if (received.transport !== 'udp') return undefined;
  return `sip:${received.address}:${received.port}`;
}

/** `called`, where there is one, at a target of a trunk. */
export function targetUri({ host, port, transport }: TrunkTarget, called?: string): string {
  const user = called === undefined ? '' : `${escapeUser(called)}@`;
  const phone = called?.startsWith('+') ? ';user=phone' : '';
  return `sip:${user}${host}${port === 5060 ? '' : `:${port}`}${transport === 'tcp' ? ';transport=tcp' : ''}${phone}`;
}
