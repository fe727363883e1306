import type { ServiceId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { ServiceMode } from './service.ts';

/** Somebody has switched a service: what holds from then on, until somebody switches it again. */
export interface ServiceSwitch {
  readonly service: ServiceId;
  readonly mode: ServiceMode;
  readonly at: Instant;
  /** Where it was done: `the command line`, `line 4101`. */
  readonly by: string;
}
