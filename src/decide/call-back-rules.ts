import type { Config } from '../domain/config.ts';
import type { LineId, MailboxId, ServiceId } from '../domain/ids.ts';
import type { Line } from '../domain/line.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Rung, Service } from '../domain/service.ts';
import type { CallBackRule, CallBackRules } from './call-back.ts';
import { afterOpenMinutes } from './schedule.ts';
import { ownerOfExtension } from './town-numbers.ts';

/** As the blocks of the services and the lines have it. */
export function callBackRules(config: Config): CallBackRules {
  return {
    of: (owner) => (owner.is === 'service' ? ofService(owner.service, config) : ofLine(owner.line, config)),
    ownerOfMailbox: (id) => config.mailboxes.get(id as MailboxId)?.owner,
    hasAnswered: (owner, record) => {
      if (owner.is === 'line') return hasLineAnswered(config.lines.get(owner.line), record);
      const service = config.services.get(owner.service);
      return service !== undefined && membersOf(service, config).some((member) => answered(member, record, config));
    },
    lineCalled: ({ calledNumber }) => {
      const owner = calledNumber === undefined ? undefined : ownerOfExtension(calledNumber, config);
      return owner?.is === 'line' ? owner : undefined;
    },
  };
}

/** By when is counted in the opening hours of who calls back: nobody is there at night. */
function ofService(id: ServiceId, { services }: Config): CallBackRule | undefined {
  const service = services.get(id);
  if (service === undefined) return undefined;
  const { owner, withinMinutes } = service.callBack;
  const hours = services.get(owner)?.schedule ?? service.schedule;
  return {
    owner: { is: 'service', service: owner },
    dueAt: (from) =>
      hours === undefined ? from + withinMinutes * 60_000 : afterOpenMinutes(from, withinMinutes, hours),
  };
}

function ofLine(line: LineId, { lines }: Config): CallBackRule | undefined {
  const callBack = lines.get(line)?.callBack;
  return callBack && { owner: { is: 'line', line }, dueAt: (from) => from + callBack.withinMinutes * 60_000 };
}

/** Its own phone, or somebody who was reached by its number: the secretary, a colleague who picked up, a mobile it forwards to. */
function hasLineAnswered(line: Line | undefined, { outcome, calledNumber }: CallRecord): boolean {
  if (line === undefined || outcome.is !== 'answered') return false;
  return outcome.by === `line ${line.id}` || calledNumber === line.extension;
}

/** Those of another service that stands among its members ring for it as well. */
function membersOf({ members }: Service, { services }: Config): readonly Rung[] {
  return members.flatMap((one) => (one.is === 'service' ? (services.get(one.service)?.members ?? []) : [one]));
}

function answered(member: Rung, { outcome, calledNumber }: CallRecord, config: Config): boolean {
  if (outcome.is !== 'answered') return false;
  if (member.is === 'number') return calledNumber === member.number;
  if (member.is !== 'extension') return false;
  const owner = ownerOfExtension(member.extension, config);
  // Who answers on the IPBX is known by what was called alone: the leg names its trunk.
  return owner?.is === 'line' ? outcome.by === `line ${owner.line}` : calledNumber === member.extension;
}
