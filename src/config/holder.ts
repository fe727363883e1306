import type { Config } from '../domain/config.ts';
import { type Changes, changesBetween } from './changes.ts';
import { hasProblems, type LoadedTown, loadConfigInSteps } from './load.ts';
import type { Problem } from './problem.ts';

/** The configuration in use. A new one replaces it whole, or not at all; a call keeps the one it asked for when it came in. */
export interface ConfigHolder {
  current(): Config;
  /** Reads the folder again. Two that ask while one is at it share the next. Never rejects. */
  reload(): Promise<Reloaded>;
  /** Is told of each new configuration, after it has come into use. The function given back ends that. */
  subscribe(tell: (config: Config, changes: Changes) => void): () => void;
}

export type Reloaded =
  | { readonly ok: true; readonly config: Config; readonly changes: Changes }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly objections: readonly Objection[] };

export interface HolderSettings {
  readonly directory: string;
  readonly first: LoadedTown;
  /** A subscriber threw. The others are told all the same, and the new configuration stays. */
  readonly fault: (error: unknown) => void;
  /** What else a new configuration must stand up to: a sentence for each thing that forbids its use. */
  readonly objections?: (town: LoadedTown) => readonly Objection[];
}

/** Well written and still not fit for use: where, and why. */
export interface Objection {
  /** Such as `sites.mairie.outsideLine.prefix`. */
  readonly config: string;
  readonly says: string;
}

export function holdConfig({ directory, first, fault, objections = () => [] }: HolderSettings): ConfigHolder {
  let town = first;
  let running: Promise<Reloaded> | undefined;
  let next: Promise<Reloaded> | undefined;
  const subscribers = new Set<(config: Config, changes: Changes) => void>();

  const takeOver = async (): Promise<Reloaded> => {
    const loaded = await loadConfigInSteps(directory, { previousGeneration: town.config.version.generation });
    if (hasProblems(loaded)) return { ok: false, problems: loaded.problems, objections: [] };
    const against = objections(loaded);
    if (against.length > 0) return { ok: false, problems: [], objections: against };
    const changes = changesBetween(town, loaded);
    if (loaded.config.version.digest === town.config.version.digest) return { ok: true, config: town.config, changes };
    town = loaded;
    for (const tell of subscribers) {
      try {
        tell(loaded.config, changes);
      } catch (error) {
        fault(error);
      }
    }
    return { ok: true, config: loaded.config, changes };
  };

  const run = (): Promise<Reloaded> => {
    running = takeOver().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    current: () => town.config,
    reload: () => {
      if (running === undefined) return run();
      // What was saved after the one at work had read its files must not be missed.
      next ??= running.then(() => {
        next = undefined;
        return run();
      });
      return next;
    },
    subscribe: (tell) => {
      subscribers.add(tell);
      return () => subscribers.delete(tell);
    },
  };
}
