import { FRAME_MS } from '../codec-kit.ts';
import { type Application, NO_RESPONSE, type Start } from '../leg.ts';

const MAX_MS = 24 * 3_600_000;

/** `sleep <ms>`. */
export function sleep({ argument, done }: Start): Application {
  const ms = Math.min(Math.max(Number(argument.trim()) || 0, 0), MAX_MS);
  let frames = Math.ceil(ms / FRAME_MS);
  return {
    speak(frame) {
      frames -= 1;
      if (frames < 0) done(NO_RESPONSE);
      frame.fill(0);
      return frames >= 0;
    },
    stop: () => done(NO_RESPONSE),
  };
}

/** Waits until something else is wanted. */
export function park({ done }: Start): Application {
  return { speak: () => false, key: () => undefined, stop: () => done(NO_RESPONSE) };
}
