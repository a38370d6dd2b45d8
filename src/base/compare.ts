/** The order of everything we write. Never `localeCompare`: outputs must not depend on the machine's locale. */

/** Compares by UTF-16 code units: -1, 0 or 1. A total order, the same on every machine. */
export function compareCodeUnits(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A comparator that orders objects by the string `key` gives. */
export function byKey<T>(key: (item: T) => string): (a: T, b: T) => -1 | 0 | 1 {
  return (a, b) => compareCodeUnits(key(a), key(b));
}
