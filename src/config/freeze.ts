/** Freezes a value and everything it holds, maps and sets included: a configuration in use never changes. */
export function deepFreeze<T>(value: T): T {
  freezeWhole(value);
  return value;
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
