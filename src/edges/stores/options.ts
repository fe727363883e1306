import { z } from 'zod';

/** Where calls and bindings are kept: the `store` block of `exchange.yaml`. */
export const StoreOptions = z.strictObject({
  kind: z
    .enum(['sqlite', 'memory'])
    .default('sqlite')
    .describe('`sqlite`: a file of the data folder; `memory`: forgotten when the exchange stops'),
  retentionDays: z
    .int()
    .min(1)
    .max(3_650)
    .default(365)
    .describe('calls older than this are deleted from the ledger, once a day'),
  groupMs: z.int().min(1).max(1_000).default(200).describe('how long a row waits for others before they are written'),
  groupRows: z.int().min(1).max(10_000).default(500).describe('as many rows are written without waiting longer'),
  queueAtMost: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(50_000)
    .describe('rows that may wait while the store cannot write; beyond that the newest are lost and counted'),
});
export type StoreOptions = z.infer<typeof StoreOptions>;
