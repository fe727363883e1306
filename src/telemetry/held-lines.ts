/** Lines on their way out, gathered so that many share a system call. */
export interface HeldLines {
  write(line: string): void;
  /** What is held goes on at once. */
  release(): void;
}

/** Lines share a system call: as many as come within this time, or have this many characters. */
const heldMs = 100;
const heldAtMost = 8_192;

/** @param on takes the lines that were held, in order, as one text */
export function holdLines(on: (lines: string) => void): HeldLines {
  let held = '';
  let bell: NodeJS.Timeout | undefined;
  const release = (): void => {
    clearTimeout(bell);
    bell = undefined;
    if (held === '') return;
    const lines = held;
    held = '';
    on(lines);
  };
  return {
    write: (line) => {
      held += line;
      if (held.length >= heldAtMost) release();
      else bell ??= setTimeout(release, heldMs).unref();
    },
    release,
  };
}
