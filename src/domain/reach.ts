import { z } from 'zod';

/**
 * How far a dialled number reaches: what rights are granted for.
 * `emergency` and `free` numbers need no right: nobody may bar them.
 */
export const reaches = ['internal', 'local', 'national', 'mobile', 'international', 'premium'] as const;

export const Right = z.enum(reaches);
export type Right = z.infer<typeof Right>;

/** Every class of number there is: the ones that need a right, and the two that never do. */
export type Reach = Right | 'emergency' | 'free';

/** What a class of rights grants. Emergency and free numbers are never in it: nobody can bar them. */
export const RightsClasses = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), z.array(Right).readonly());
export type RightsClasses = z.infer<typeof RightsClasses>;
