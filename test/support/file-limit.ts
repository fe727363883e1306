import { execFileSync, spawnSync } from 'node:child_process';

export const canLimitFiles = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

/** The kernel refuses this process every octet of a file beyond the limit, as it does when the disk is full. */
export function limitFiles(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
}
