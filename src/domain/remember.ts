/**
 * Remembers what follows from a value that never changes (a Config and its parts are frozen), and forgets it with the value.
 * The same question always gets the same answer: it saves time and nothing else.
 */
export function remember<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
