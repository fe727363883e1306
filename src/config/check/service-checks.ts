import type { ServiceFile } from '../../domain/service.ts';
import type { Draft, TownDraft } from '../draft.ts';
import { type Path, pathText, type Report } from '../problem.ts';
import type { Claims } from './claims.ts';
import type { Reserved } from './reserved.ts';
import type { TownNumbers } from './town-numbers.ts';

export type ServiceDraft = Draft<ServiceFile>;

/** What a service is held against. */
export interface ServiceChecks {
  readonly town: TownDraft;
  readonly claims: Claims;
  readonly reserved: Reserved;
  readonly numbers: TownNumbers;
  readonly report: Report;
}

export interface SaidOfService {
  readonly says: string;
  readonly expected: string;
  readonly guess?: string | undefined;
  readonly found?: string;
}

export function say({ written }: ServiceDraft, path: Path, said: SaidOfService, report: Report): void {
  report.add(written.mark(path), { path: pathText(path), ...said });
}
