/** Freezes a value and everything it holds, maps and sets included: a configuration in use never changes. */
export function deepFreeze<T>(value: T): T {
  freezeWhole(value);
  return value;
}

/** The same for a block of collections, in steps of a few thousand, for whoever must not be held up. */
export function* freezeInSteps(block: object): Generator<undefined, void> {
  for (const part of Object.values(block)) {
    if (part instanceof Map) yield* freezeEach(part.values());
    freezeWhole(part);
  }
  Object.freeze(block);
}

const valuesAStep = 5_000;

function* freezeEach(values: Iterable<unknown>): Generator<undefined, void> {
  let count = 0;
  for (const value of values) {
    freezeWhole(value);
    count += 1;
    if (count % valuesAStep === 0) yield;
  }
}

function freezeWhole(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  if (value instanceof Map || value instanceof Set) closeCollection(value);
  Object.freeze(value);
  const held = value instanceof Map || value instanceof Set ? value.values() : Object.values(value);
  for (const one of held) freezeWhole(one);
}

/** Object.freeze does not reach what a Map or a Set holds, so its ways in are closed. */
function closeCollection(collection: object): void {
  for (const name of ['set', 'add', 'delete', 'clear']) {
    if (name in collection) Object.defineProperty(collection, name, { value: refuse });
  }
}

function refuse(): never {
  throw new TypeError('a configuration in use never changes');
}
