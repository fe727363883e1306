/** A list that can be waited on: for the next entry that fits, those that are there already included. */
export class Arrivals<Entry> {
  readonly all: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  add(entry: Entry): void {
    this.all.push(entry);
    for (const look of [...this.#waiting]) look();
  }

  /** The first entry from `from` on that fits. Rejects after `ms` with what there was. */
  next(fits: (entry: Entry) => boolean, what: string, from = 0, ms = 30_000): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.all.slice(from).find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        clearTimeout(patience);
        resolve(found);
      };
      const patience = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Error(
            `waited in vain for ${what} among ${this.all.length}: ${JSON.stringify(this.all.slice(-5)).slice(0, 2000)}`,
          ),
        );
      }, ms);
      this.#waiting.add(look);
      look();
    });
  }

  /** When so many are there. */
  async count(number: number, what: string, ms = 30_000): Promise<readonly Entry[]> {
    await this.next(() => this.all.length >= number, `${number} of ${what}`, 0, ms);
    return this.all;
  }
}
