import type {
  Account,
  Caller,
  Destination,
  Facts,
  IncomingCall,
  Leaving,
  NotReached,
  Reason,
  Ring,
  Target,
  Treatment,
} from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { TrunkId } from '../domain/ids.ts';
import type { Trunk } from '../domain/trunk.ts';
import { noRoom } from './admission.ts';
import { type Identity, shownForEmergency, shownInside, shownOutside, shownToIpbx } from './caller-id.ts';
import { becauseOfShown } from './caller-id-reason.ts';
import { leaving, type Outgoing } from './leaving.ts';
import { cameFrom, goesRound } from './loop.ts';
import { mailboxOfLine, toMailbox, treatMailboxCode, whenNotTaken } from './mailbox-treatment.ts';
import { treatService } from './service.ts';
import { refuseWith, type Treated, tellAndRefuse } from './treated.ts';
import { chooseTrunks } from './trunk-choice.ts';
import { calledOn, extensionOn } from './written.ts';

/** What shall happen with the call. Total: every destination has a treatment, and every treatment ends. */
export function treat(
  caller: Caller,
  account: Account | undefined,
  destination: Destination,
  facts: Facts,
  call: IncomingCall,
  config: Config,
): Treated {
  const outgoing: Outgoing = { caller, account, call, withheld: call.withheld, passedOn: facts.passedOn, config };
  if (destination.is === 'nowhere') return refuseWith(destination.why);
  if (destination.is === 'feature') {
    return (
      treatMailboxCode(destination.code, account, config) ?? tellAndRefuse('refused.unknown-code', 'no-such-feature')
    );
  }
  if (destination.is === 'emergency') return callForHelp(destination, facts, outgoing);
  const no =
    goesRound(caller, account, destination, facts, call) ?? noRoom(caller, account, destination, facts, config);
  if (no !== undefined) return refuseWith(no.why, no.because);
  switch (destination.is) {
    case 'line':
      return ringLine(destination, facts, outgoing);
    case 'service':
      return treatService(destination.service, facts, outgoing);
    case 'meeting':
      return meet(destination);
    case 'ipbx':
      return ringIpbx(destination, facts, outgoing);
    case 'outside':
      return callOutside(destination, facts, outgoing);
  }
}

type To<Is extends Destination['is']> = Extract<Destination, { is: Is }>;

const PASS: Treatment = { do: 'pass the refusal on' };
const WHEN_INSIDE: Partial<Record<NotReached, Treatment>> = {
  'no answer': { do: 'refuse', why: 'no-answer' },
  unreachable: { do: 'refuse', why: 'unreachable' },
};
const WHEN_ON_TRUNK: Partial<Record<NotReached, Treatment>> = { 'no answer': { do: 'refuse', why: 'no-answer' } };

/** Until a phone that is registered has shown a sign of life; then the line counts as unreachable. */
const signOfLifeSeconds = 3;

function ringLine({ line }: To<'line'>, facts: Facts, { caller, withheld, config }: Outgoing): Treated {
  const contacts = facts.contacts.get(line.id);
  const mailbox = mailboxOfLine(line, config);
  if (contacts === 0) {
    const because: Reason = { room: 'line', says: `no phone is registered for ${line.id}`, config: line.config };
    return mailbox === undefined
      ? refuseWith('unreachable', because)
      : { treatment: toMailbox(mailbox.id, 'unreachable'), because: [because] };
  }
  const shows = shownInside(caller, withheld, config);
  const phones = contacts === undefined ? 'its phones' : `${contacts} of its phones`;
  return {
    treatment: {
      do: 'ring',
      targets: [{ is: 'line', line: line.id, shows }],
      how: 'together',
      seconds: Math.min(config.exchange.ringSeconds, mailbox?.ringSeconds ?? Number.POSITIVE_INFINITY),
      silentSeconds: signOfLifeSeconds,
      when: mailbox === undefined ? WHEN_INSIDE : whenNotTaken(mailbox),
      otherwise: PASS,
    },
    because: [becauseOfShown(shows), { room: 'line', says: `${line.id} rings on ${phones}` }],
  };
}

/** We take the call: a PIN is asked for on the keys. */
function meet({ meeting }: To<'meeting'>): Treated {
  const says = `meets in ${meeting.id}, with its PIN; ${meeting.participantsAtMost} at most`;
  return {
    treatment: { do: 'pre-answer', how: 'answer', next: { do: 'meet', meeting: meeting.id } },
    because: [{ room: 'meeting', says, config: `sites.${meeting.site}.meetings` }],
  };
}

function ringIpbx({ trunk, extension }: To<'ipbx'>, facts: Facts, outgoing: Outgoing): Treated {
  const { caller, withheld, config } = outgoing;
  const identity = shownToIpbx(caller, trunk, withheld, config);
  return inTurn([trunk], facts, outgoing, true, (on) => [extensionOn(on, extension, config), identity]);
}

function callOutside({ number, via }: To<'outside'>, facts: Facts, outgoing: Outgoing): Treated {
  const { caller, account, withheld, config } = outgoing;
  const trunks = trunksOf(via, config).filter(({ id }) => !cameFrom(account, id));
  if (trunks.length === 0 && via.length > 0) {
    return refuseWith('loop', { room: 'loop', says: 'the only trunk to there is the one it came from' });
  }
  return inTurn(trunks, facts, outgoing, true, (on) => [
    calledOn(on, number, config),
    on.role === 'ipbx'
      ? shownToIpbx(caller, on, withheld, config)
      : shownOutside(caller, account, on, withheld, config),
  ]);
}

/** Before every limit, and without the wish to be withheld: the trunks in order, all of them if need be. */
function callForHelp({ number, site, via }: To<'emergency'>, facts: Facts, outgoing: Outgoing): Treated {
  const { account, config } = outgoing;
  // Back to the IPBX it came from it would only go in circles; an operator is never left out.
  const trunks = trunksOf(via, config).filter(({ id, role }) => role === 'operator' || !cameFrom(account, id));
  return inTurn(trunks, facts, outgoing, false, (on) => [number, shownForEmergency(site, on, config)]);
}

function inTurn(
  trunks: readonly Trunk[],
  facts: Facts,
  outgoing: Outgoing,
  limited: boolean,
  write: (on: Trunk) => readonly [called: string, identity: Identity],
): Treated {
  const choice = chooseTrunks(trunks, facts, limited);
  const targets: Target[] = [];
  let seconds = 0;
  let last: Trunk | undefined;
  let leaves: Leaving | undefined;
  for (const { trunk, target } of choice.targets) {
    // The targets of one trunk mostly stand together, and the call leaves by all of them in the same words.
    if (leaves === undefined || trunk !== last) {
      const [called, identity] = write(trunk);
      leaves = leaving(called, identity, trunk, outgoing);
      last = trunk;
      seconds = Math.max(seconds, trunk.ringSeconds);
    }
    targets.push({ is: 'trunk', trunk: trunk.id, target, leaving: leaves, emergency: !limited });
  }
  const [first] = targets;
  if (first?.is !== 'trunk') return refuseWith(choice.full ? 'trunk-full' : 'trunks-failed', ...choice.because);
  const ring: Ring = { do: 'ring', targets, how: 'in turn', seconds, when: WHEN_ON_TRUNK, otherwise: PASS };
  return { treatment: ring, because: [becauseOfShown(first.leaving.shows), ...choice.because] };
}

function trunksOf(via: readonly TrunkId[], config: Config): Trunk[] {
  const trunks: Trunk[] = [];
  for (const id of via) {
    const trunk = config.trunks.get(id);
    if (trunk !== undefined) trunks.push(trunk);
  }
  return trunks;
}
