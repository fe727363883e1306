import { z } from 'zod';

/**
 * Where a secret is to be found. The secret itself never stands in the YAML.
 * `env`: an environment variable; `file`: a file below the data folder's `secrets/`;
 * `generated`: made at first start and kept in the data folder.
 */
export const SecretRef = z.union([
  z.strictObject({
    env: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable, such as TRUNK_PASSWORD'),
  }),
  z.strictObject({ file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a file name without a path') }),
  z.strictObject({ generated: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'a name for the generated secret') }),
]);
export type SecretRef = z.infer<typeof SecretRef>;
