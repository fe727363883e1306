import type { Instant } from '../domain/instant.ts';

/** Does an agent still finish what their last call was about? `freeSince`: when it ended, if there was one. */
export function isWrappingUp(freeSince: Instant | undefined, wrapUpSeconds: number, at: Instant): boolean {
  return freeSince !== undefined && at < freeSince + wrapUpSeconds * 1_000;
}
