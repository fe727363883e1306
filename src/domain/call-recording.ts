import { z } from 'zod';
import type { ServiceId } from './ids.ts';
import type { Instant } from './instant.ts';
import { keys } from './say.ts';

/** That the talks of a service are recorded. There is no way to do it without telling the caller. */
export const RecordingBlock = z.strictObject({
  stopKey: z
    .enum(keys)
    .default('*')
    .describe('whoever presses it, caller or agent, is not recorded: what was recorded so far is deleted'),
  keepDays: z.int().min(1).max(180).default(30).describe('then it is deleted; the CNIL allows six months at most'),
});
export type RecordingBlock = z.infer<typeof RecordingBlock>;

/** A talk that is, or was, recorded. `seconds` is absent while it goes on. */
export interface CallRecording {
  readonly id: string;
  readonly call: string;
  readonly service: ServiceId;
  readonly startedAt: Instant;
  /** Then it is deleted. */
  readonly deleteAt: Instant;
  /** Within the folder of recordings. */
  readonly file: string;
  readonly seconds?: number;
}
