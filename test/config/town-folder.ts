import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasProblems, type Loaded, type LoadedTown } from '../../src/config/load.ts';
import type { Problem } from '../../src/config/problem.ts';

/** A folder of its own for a test, and the way to be rid of it. */
export function freshFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'beffroi-config-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The small town in which nothing is wrong. */
export function copyBaseTown(to: string): void {
  cpSync('test/golden/base-town', to, { recursive: true });
}

/** The town, or a failure that names its first mistakes. */
export function expectTown(loaded: Loaded): LoadedTown {
  if (hasProblems(loaded)) throw new Error(JSON.stringify(loaded.problems.slice(0, 3), undefined, 2));
  return loaded;
}

export function problemsOf(loaded: Loaded): readonly Problem[] {
  return hasProblems(loaded) ? loaded.problems : [];
}
