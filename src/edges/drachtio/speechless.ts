/**
 * Phones that are challenged and never answer. One that stops at an algorithm it does not know looks like this from here, and to its
 * user as if nothing happened: the operator is told once for each kind of phone. It is a hint and no verdict: whoever only knocks
 * looks the same.
 */
export class Speechless {
  readonly #asked = new Map<string, number>();
  readonly #told = new Set<string>();
  readonly #tell: (userAgent: string) => void;

  constructor(tell: (userAgent: string) => void) {
    this.#tell = tell;
  }

  /** A request without a password was challenged, with more than one algorithm to choose from. */
  challenged(source: string, userAgent: string): void {
    const name = userAgent.slice(0, nameAtMost);
    const key = `${source} ${name}`;
    const times = (this.#asked.get(key) ?? 0) + 1;
    if (this.#asked.size >= sourcesAtMost && times === 1) this.#asked.clear();
    this.#asked.set(key, times);
    if (times < timesInARow || this.#told.has(name) || this.#told.size >= kindsAtMost) return;
    this.#told.add(name);
    this.#tell(name);
  }

  /** It has answered a challenge, rightly or not: it understands them. */
  answered(source: string, userAgent: string): void {
    this.#asked.delete(`${source} ${userAgent.slice(0, nameAtMost)}`);
  }
}

/** A phone that answers is challenged once or twice at most before it does. */
const timesInARow = 5;
const nameAtMost = 60;
const sourcesAtMost = 1_000;
const kindsAtMost = 100;
