/** Has somebody gone, and why? What is used of an AbortSignal, which fits it as well. */
export interface Gone {
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as an AbortSignal has it
  readonly reason: any;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Somebody who will have gone one day. There is one for each call, and Node makes a hidden class for each AbortSignal. */
export class Leaving implements Gone {
  readonly #listeners = new Set<() => void>();
  aborted = false;
  reason: unknown;

  /** Tells everybody, once. */
  leave(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    // Whoever is taken out meanwhile is not told.
    for (const tell of this.#listeners) tell();
    this.#listeners.clear();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
