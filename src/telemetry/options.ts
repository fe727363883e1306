import { z } from 'zod';

/** What the exchange tells about itself: the `telemetry` block of `exchange.yaml`. */
export const TelemetryOptions = z.strictObject({
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error'])
        .default('info')
        .describe('numbers are masked on every line above debug'),
      pretty: z
        .enum(['auto', 'always', 'never'])
        .default('auto')
        .describe('lines for people instead of JSON; auto: when the log goes to a terminal'),
    })
    .prefault({}),
});
export type TelemetryOptions = z.infer<typeof TelemetryOptions>;
