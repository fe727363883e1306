import { z } from 'zod';

/** Whether a call that is forwarded to a mobile is taken by pressing 1, so that the mobile's own voicemail does not take it. */
export const ForwardsAccept = z.enum(['key', 'none']);
export type ForwardsAccept = z.infer<typeof ForwardsAccept>;

export const Forwards = z.strictObject({
  to: z
    .array(z.enum(['international', 'premium']))
    .readonly()
    .default([])
    .describe('numbers that cost dearly are never forwarded to, but for these, where the line may dial them'),
  accept: ForwardsAccept.default('key').describe(
    'whoever takes a forwarded call on a mobile presses 1 (key), or the mobile’s own voicemail may take it too (none)',
  ),
});
export type Forwards = z.infer<typeof Forwards>;
