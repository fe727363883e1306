import type { Binding } from '../domain/binding.ts';
import type { LineId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/** Where bindings outlive a restart. The registrar keeps its own copy in memory and reads the store once, at start. */
export interface BindingStore {
  /** Every binding that has not expired at `at`. */
  load(at: Instant): Promise<readonly Binding[]>;
  /** Replaces all bindings of the line; settles when they would survive a crash. Rejects when the store cannot write. */
  replace(line: LineId, bindings: readonly Binding[]): Promise<void>;
}

/** What the registrar asks of the world. */
export interface RegistrarWorld {
  now(): Instant;
  readonly store: BindingStore;
  /** The store would not take the bindings of a line; the phone was told so, and comes again. */
  alarm(error: unknown): void;
}
