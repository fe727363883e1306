import type { Config } from '../domain/config.ts';
import type { ServiceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { type ServiceMode, serviceModes } from '../domain/service.ts';
import type { ServiceSwitch } from '../domain/service-switch.ts';
import type { NoteStore } from '../edges/stores/store.ts';

/** How each service is switched. Kept in memory for the calls, and in the store for the next start. */
export interface ServiceModes {
  /** What stood in the store is in force again. Rejects when it cannot be read. */
  load(): Promise<void>;
  of(service: ServiceId): ServiceMode;
  /** The last time it was switched away from normal, or back. */
  last(service: ServiceId): ServiceSwitch | undefined;
  /**
   * In force at once, also when the store cannot write: then it says so, since a restart would forget it. A sentence instead says
   * why it cannot be.
   */
  switch(service: string, mode: ServiceMode, by: string): Promise<ServiceSwitch | string>;
}

export interface ModesParts {
  config(): Config;
  now(): Instant;
  readonly notes: NoteStore;
  /** Somebody has switched; `stored`: it outlives a restart. */
  switched(change: ServiceSwitch, stored: boolean): void;
}

export function createServiceModes({ config, now, notes, switched }: ModesParts): ServiceModes {
  const switches = new Map<ServiceId, ServiceSwitch>();
  return {
    async load() {
      for (const { id, value } of await notes.load(kind)) {
        const known = readSwitch(id, value);
        if (known !== undefined) switches.set(known.service, known);
      }
    },
    of: (service) => switches.get(service)?.mode ?? 'normal',
    last: (service) => switches.get(service),
    async switch(id, mode, by) {
      const service = config().services.get(id as ServiceId);
      if (service === undefined) return `there is no service ${id}`;
      if (mode === 'crisis' && service.crisis === undefined) {
        return `${id} has no crisis: in its block, so nobody has said what is to happen then`;
      }
      const change: ServiceSwitch = { service: service.id, mode, at: now(), by };
      switches.set(service.id, change);
      const stored = await notes.put(kind, id, change).then(
        () => true,
        () => false,
      );
      switched(change, stored);
      return change;
    },
  };
}

const kind = 'service-mode';

/** What is no switch any more is passed over: the service is then as its hours have it. */
function readSwitch(id: string, value: unknown): ServiceSwitch | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mode, at, by } = value as Partial<Record<keyof ServiceSwitch, unknown>>;
  const known = serviceModes.find((one) => one === mode);
  if (known === undefined || typeof at !== 'number' || typeof by !== 'string') return undefined;
  return { service: id as ServiceId, mode: known, at, by };
}
