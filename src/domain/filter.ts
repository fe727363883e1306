import { z } from 'zod';
import { E164, Extension } from './numbers.ts';

/** Boss and secretary: who is rung first for a line, and whose calls come through. */
export const LineFilter = z.strictObject({
  secretary: z
    .array(Extension)
    .min(1)
    .max(5)
    .readonly()
    .describe('the extensions of the lines that ring first, together'),
  pass: z
    .array(z.union([E164, Extension]))
    .max(50)
    .readonly()
    .default([])
    .describe('callers who ring the line itself: public numbers and extensions'),
  seconds: z.int().min(5).max(60).default(20).describe('how long the secretary rings before the line does'),
});
export type LineFilter = z.infer<typeof LineFilter>;
