import { changed } from '../decide/wishes.ts';
import type { LineId } from '../domain/ids.ts';
import type { WishChange, Wishes } from '../domain/wishes.ts';

/** Where wishes outlive a restart. */
export interface WishStore {
  load(): Promise<readonly (readonly [LineId, Wishes])[]>;
  /** Settles when it would survive a crash. Rejects when the store cannot write. */
  put(line: LineId, wishes: Wishes): Promise<void>;
  remove(line: LineId): Promise<void>;
}

/** What the owners of lines wish: kept in memory, written through. */
export interface WishBook {
  load(): Promise<void>;
  of(line: LineId): Wishes;
  /** Settles with the wishes as they are then. Rejects, and nothing is changed, when they cannot be stored. */
  change(line: LineId, change: WishChange): Promise<Wishes>;
}

const none: Wishes = {};

export function createWishBook(store: WishStore): WishBook {
  const book = new Map<LineId, Wishes>();
  /** Two changes of one line follow each other: none is computed from wishes that are being replaced. */
  const turns = new Map<LineId, Promise<unknown>>();
  const make = async (line: LineId, change: WishChange): Promise<Wishes> => {
    const wishes = changed(book.get(line) ?? none, change);
    if (Object.keys(wishes).length === 0) {
      await store.remove(line);
      book.delete(line);
      return none;
    }
    await store.put(line, wishes);
    book.set(line, wishes);
    return wishes;
  };
  return {
    async load() {
      for (const [line, wishes] of await store.load()) book.set(line, wishes);
    },
    of: (line) => book.get(line) ?? none,
    change(line, change) {
      const before = turns.get(line) ?? Promise.resolve();
      const done = before.catch(() => {}).then(() => make(line, change));
      turns.set(line, done);
      done.catch(() => {}).finally(() => turns.get(line) === done && turns.delete(line));
      return done;
    },
  };
}
