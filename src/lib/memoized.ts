/** Where results are kept: a `Map`, or a `WeakMap` that lets go of each key that nothing else uses. */
interface Made<K, V> {
  has(key: K): boolean;
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** Returns a function that calls `make` once for each key, and keeps the result in `made`. A throw is not kept. */
export function memoized<K, V>(make: (key: K) => V, made: Made<K, V> = new Map<K, V>()): (key: K) => V {
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key) as V;
  };
}
