import { isDeepStrictEqual } from 'node:util';
import type { Line } from '../domain/line.ts';
import type { LoadedTown } from './load.ts';

/** What differs between two configurations, by id. */
export interface Changes {
  /** Keys of exchange.yaml that take effect at once. */
  readonly exchange: readonly string[];
  readonly sites: Change;
  readonly lines: Change;
  readonly trunks: Change;
  readonly services: Change;
  /** Blocks of exchange.yaml that only a restart puts into effect: sockets, engines, stores. */
  readonly needRestart: readonly string[];
}

export interface Change {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export function changesBetween(before: LoadedTown, after: LoadedTown): Changes {
  const [a, b] = [before.config, after.config];
  return {
    exchange: keysThatDiffer(a.exchange, b.exchange),
    sites: change(a.sites, b.sites, isDeepStrictEqual),
    lines: change(a.lines, b.lines, sameLine),
    trunks: change(a.trunks, b.trunks, isDeepStrictEqual),
    services: change(a.services, b.services, isDeepStrictEqual),
    needRestart: keysThatDiffer(before.options, after.options),
  };
}

/** One line for the log: `2 lines added, trunk operateur changed`. Ids only: extensions are numbers, so lines are counted. */
export function changesText(changes: Changes): string {
  const words = [
    ...changes.exchange.map((key) => `${key} changed`),
    ...named('site', changes.sites),
    ...named('trunk', changes.trunks),
    ...named('service', changes.services),
    ...counted('line', changes.lines),
    ...changes.needRestart.map((key) => `${key} changed, which needs a restart`),
  ];
  return words.length === 0 ? 'nothing changed' : words.join(', ');
}

function change<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  same: (a: T, b: T) => boolean,
): Change {
  const added: string[] = [];
  const changed: string[] = [];
  for (const [id, now] of after) {
    const then = before.get(id);
    if (then === undefined) added.push(id);
    else if (!same(then, now)) changed.push(id);
  }
  return { added, changed, removed: [...before.keys()].filter((id) => !after.has(id)) };
}

/** A line that only moved within its file is the same line. */
function sameLine(a: Line, b: Line): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Line>;
  return [...keys].every((key) => key === 'config' || a[key] === b[key] || isDeepStrictEqual(a[key], b[key]));
}

function keysThatDiffer(before: object, after: object): readonly string[] {
  const then = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...then.keys(), ...now.keys()])].filter((key) => !isDeepStrictEqual(then.get(key), now.get(key)));
}

const namesAtMost = 10;

function named(what: string, change: Change): readonly string[] {
  const count = change.added.length + change.removed.length + change.changed.length;
  if (count > namesAtMost) return counted(what, change);
  return (['added', 'removed', 'changed'] as const).flatMap((how) => change[how].map((id) => `${what} ${id} ${how}`));
}

function counted(what: string, change: Change): readonly string[] {
  return (['added', 'removed', 'changed'] as const).flatMap((how) => {
    const count = change[how].length;
    return count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'} ${how}`];
  });
}
