/**
 * Runs what is given for one key one after the other, and what is given for others beside it. What a hundred look up, compare and
 * count at the same time is then counted a hundred times, not once.
 */
export function inTurn<Key>(): <T>(key: Key, run: () => Promise<T>) => Promise<T> {
  const last = new Map<Key, Promise<unknown>>();
  return (key, run) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(run, run);
    last.set(key, mine);
    const forget = (): void => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };
}
