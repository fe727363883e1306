import type { Config } from '../domain/config.ts';
import type { ServiceId } from '../domain/ids.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Rung, Service } from '../domain/service.ts';
import type { CallBackRule, CallBackRules } from './call-back.ts';
import { afterOpenMinutes } from './schedule.ts';
import { ownerOfExtension } from './town-numbers.ts';

/** As the blocks of the services have it. */
export function callBackRules(config: Config): CallBackRules {
  const serviceOf = (id: string): Service | undefined => config.services.get(id as ServiceId);
  return {
    of(id) {
      const service = serviceOf(id);
      return service && ruleOf(service, config);
    },
    hasAnswered: (id, record) => {
      const service = serviceOf(id);
      return service !== undefined && membersOf(service, config).some((member) => answered(member, record, config));
    },
  };
}

/** By when is counted in the opening hours of who calls back: nobody is there at night. */
function ruleOf({ callBack, schedule }: Service, { services }: Config): CallBackRule {
  const { owner, withinMinutes } = callBack;
  const hours = services.get(owner)?.schedule ?? schedule;
  return {
    owner,
    dueAt: (from) =>
      hours === undefined ? from + withinMinutes * 60_000 : afterOpenMinutes(from, withinMinutes, hours),
  };
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
