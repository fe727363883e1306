import type { Gone } from '../../domain/gone.ts';

/** What `promise` gives, or `otherwise` when it rejects, or does not settle within `ms`, or `stop` fires first. Never rejects. */
export function within<T, U>(ms: number, promise: Promise<T>, otherwise: U, stop?: Gone): Promise<T | U> {
  return new Promise((settle) => {
    const timer = setTimeout(() => done(otherwise), ms);
    const stopped = (): void => done(otherwise);
    const done = (value: T | U): void => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', stopped);
      settle(value);
    };
    if (stop?.aborted) return done(otherwise);
    stop?.addEventListener('abort', stopped);
    promise.then(done, () => done(otherwise));
  });
}

export function elapsed(ms: number): Promise<void> {
  return new Promise((over) => {
    setTimeout(over, ms);
  });
}
