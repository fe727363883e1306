/** What has arrived and who waits for it. Nothing is lost between two waits; nothing is waited for without an end. */

/** The least: what fails on a busy machine only because it is slow proves nothing. */
const patienceMs = 30_000;

export class Inbox<Item> {
  readonly #what: string;
  readonly #items: Item[] = [];
  readonly #waiting = new Set<(item: Item) => boolean>();

  constructor(what: string) {
    this.#what = what;
  }

  /** All that arrived and was not taken. */
  get left(): readonly Item[] {
    return this.#items;
  }

  put(item: Item): void {
    for (const take of this.#waiting) if (take(item)) return;
    this.#items.push(item);
  }

  /** Take the first item that fits, waiting for it if need be. */
  next(fits: (item: Item) => boolean, patience = patienceMs): Promise<Item> {
    const at = this.#items.findIndex(fits);
    const found = this.#items[at];
    if (found !== undefined) {
      this.#items.splice(at, 1);
      return Promise.resolve(found);
    }
    const stack = new Error(`${this.#what} that was waited for did not come`);
    return new Promise((resolve, reject) => {
      const give = (item: Item): boolean => {
        if (!fits(item)) return false;
        clearTimeout(timer);
        this.#waiting.delete(give);
        resolve(item);
        return true;
      };
      const timer = setTimeout(
        () => {
          this.#waiting.delete(give);
          reject(stack);
        },
        Math.max(patience, patienceMs),
      );
      this.#waiting.add(give);
    });
  }
}
