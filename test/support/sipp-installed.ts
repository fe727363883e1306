import { execFileSync } from 'node:child_process';

/** Can this program be run here at all? SIPp says its version and ends with 99; that counts. */
export function isInstalled(program: 'sipp' | 'baresip'): boolean {
  try {
    execFileSync(program, [program === 'sipp' ? '-v' : '-h'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
