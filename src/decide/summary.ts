import type { Account, Caller, Destination, RouteDecision, Target, Treatment } from '../domain/call.ts';
import type { DecisionRecord } from '../domain/outcome.ts';
import type { Say } from '../domain/say.ts';

/** A decision as the ledger keeps it: plain data, readable without the configuration it was made under. */
export function summarise({ dialled, account, destination, treatment, because }: RouteDecision): DecisionRecord {
  return {
    dialled,
    ...(account && { account: accountLabel(account) }),
    destination: destinationLabel(destination),
    treatment: treatmentLabel(treatment),
    because,
  };
}

/** `line 4101`, `trunk operator`, or `stranger`. */
export function callerLabel(caller: Caller | undefined): string {
  if (caller === undefined) return 'stranger';
  return caller.is === 'line' ? `line ${caller.line.id}` : `trunk ${caller.trunk.id}`;
}

/** The caller's number as far as it is known: an extension or E.164. */
export function callerNumber(caller: Caller): string | undefined {
  if (caller.is === 'line') return caller.line.extension;
  const { number } = caller;
  return number && ('e164' in number ? number.e164 : number.extension);
}

/** The number by which somebody is reached who can be called back: E.164, or an extension of the town. */
export function calledNumber(destination: Destination): string | undefined {
  switch (destination.is) {
    case 'line':
      return destination.line.extension;
    case 'ipbx':
      return destination.extension;
    case 'outside':
      return 'e164' in destination.number ? destination.number.e164 : undefined;
    default:
      return undefined;
  }
}

/** `line 4101 of mairie`, `trunk ipbx of mairie`. */
export function accountLabel(account: Account): string {
  if (account.line !== undefined) return `line ${account.line} of ${account.site.id}`;
  return account.trunk === undefined ? `site ${account.site.id}` : `trunk ${account.trunk} of ${account.site.id}`;
}

/** `line 4101 of mairie`, `outside +33145678901`, `nowhere: barred`. */
export function destinationLabel(destination: Destination): string {
  switch (destination.is) {
    case 'line':
      return `line ${destination.line.id} of ${destination.site.id}`;
    case 'service':
      return `service ${destination.service.id} of ${destination.site.id}`;
    case 'meeting':
      return `meeting ${destination.meeting.id} of ${destination.site.id}`;
    case 'ipbx':
      return `extension ${destination.extension} on trunk ${destination.trunk.id}`;
    case 'outside':
      return `outside ${'e164' in destination.number ? destination.number.e164 : destination.number.short}`;
    case 'emergency':
      return `emergency ${destination.number} from ${destination.site.id}`;
    case 'feature':
      return `feature ${destination.code}`;
    case 'nowhere':
      return `nowhere: ${destination.why}`;
  }
}

/** `ring line 4101 for 60 s`, `pre-answer, tell closed, mailbox ccas`, `refuse: barred`: the way of a call when nothing is answered. */
export function treatmentLabel(treatment: Treatment): string {
  switch (treatment.do) {
    case 'refuse':
      return `refuse: ${treatment.why}`;
    case 'pass the refusal on':
      return treatment.do;
    case 'ring': {
      const { targets, how, seconds } = treatment;
      const manner = targets.length === 1 ? '' : `${how} `;
      return `ring ${manner}${targets.map(targetLabel).join(', ')} for ${seconds} s`;
    }
    case 'pre-answer':
      return `pre-answer (${treatment.how}), ${treatmentLabel(treatment.next)}`;
    case 'tell':
      return `tell ${sayLabel(treatment.say)}, ${treatmentLabel(treatment.next)}`;
    case 'queue':
      return `queue of ${treatment.service}`;
    case 'say goodbye':
      return `say goodbye: ${sayLabel(treatment.say)}`;
    case 'park':
      return `park at ${treatment.site} for ${treatment.seconds} s`;
    case 'confer':
      return treatment.as === 'host'
        ? `conference of ${treatment.room}`
        : `wait for the conference of ${treatment.room}`;
    case 'fetch':
      return `fetch a parked call of ${treatment.site}`;
    case 'pick up':
      return `pick up a call of ${treatment.from.join(', ')}`;
    case 'wish':
      return treatment.change === undefined ? 'tell a wish' : 'change a wish';
    case 'mailbox':
      return `mailbox ${treatment.of}`;
    case 'read mailbox':
      return treatment.of === undefined ? 'read a mailbox' : `read mailbox ${treatment.of}`;
    case 'switch service':
      return treatment.mode === undefined
        ? `tell how ${treatment.service} stands`
        : `switch ${treatment.service} to ${treatment.mode}`;
    case 'record':
      return `record, ${treatmentLabel(treatment.next)}`;
    case 'meet':
      return `meet in ${treatment.meeting}`;
    case 'call back':
      return `call back by ${treatment.service}`;
  }
}

/** `closed`, or `annonces/portage.wav`; several are joined by `+`. */
export function sayLabel(say: readonly Say[]): string {
  return say.map(oneSayLabel).join(' + ');
}

function oneSayLabel(say: Say): string {
  if ('prompt' in say) return say.prompt;
  if ('file' in say) return say.file;
  if ('recording' in say) return `recording ${say.recording}`;
  return 'tone' in say ? `tone ${say.tone}` : `silence of ${say.silenceMs} ms`;
}

/** `line 4101`, or `operator[0]` for the first target of a trunk. */
export function targetLabel(target: Target): string {
  return target.is === 'line' ? `line ${target.line}` : `${target.trunk}[${target.target}]`;
}
