import { constants, setPriority } from 'node:os';
import type { Log } from './options.ts';

/**
 * Sound cannot wait while others compute: this thread goes before them, where the system lets it (on Linux: root, or
 * CAP_SYS_NICE; the number 0 is the thread that asks, and no other of the process).
 */
export function makeHaste(log: Log): void {
  try {
    setPriority(0, constants.priority.PRIORITY_HIGH);
  } catch {
    log('debug', 'sound has no priority over other programs: the system does not allow it');
  }
}
