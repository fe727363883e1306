import { z } from 'zod';
import { SecretRef } from '../../domain/secret.ts';

/** Where the API, the health checks and the metrics are served: the `http` block of `exchange.yaml`. */
export const HttpOptions = z.strictObject({
  host: z
    .string()
    .regex(/^[0-9A-Fa-f.:]{2,45}$/, 'an IP address to listen on')
    .default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8080).describe('0: any free port'),
  token: SecretRef.prefault({ generated: 'api-token' }).describe('what clients of the API prove themselves with'),
  requestsPerSecond: z.int().min(1).max(10_000).default(50).describe('from one address; bursts of twice as many pass'),
  connectionsAtMost: z.int().min(1).max(10_000).default(200),
});
export type HttpOptions = z.infer<typeof HttpOptions>;
