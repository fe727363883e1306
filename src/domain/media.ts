import { z } from 'zod';

/** How the sound of calls runs: straight between the two, over the media server, or over it where something speaks for it. */
export const MediaPolicy = z.enum(['auto', 'direct', 'anchored']);
export type MediaPolicy = z.infer<typeof MediaPolicy>;

/**
 * Why the sound of a call runs over the media server. `refused`: a description of ours is tried where theirs was not acceptable. `hold`: it was
 * moved there in mid-call, so that the one who waits hears music.
 */
export const anchorReasons = [
  'setting',
  'encryption',
  'nat',
  'codec',
  'browsers',
  'refused',
  'spoken to',
  'hold',
] as const;
export type AnchorReason = (typeof anchorReasons)[number];
