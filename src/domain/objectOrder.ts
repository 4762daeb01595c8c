const ARRAY_INDEX = /^(?:0|[1-9]\d{0,9})$/;
const MAX_ARRAY_INDEX = 2 ** 32 - 2;

/**
 * The entries in the order in which the gateway, a JavaScript program, walks an object that got them one after another: keys that
 * look like an array index come first, by number.
 */
export function inObjectOrder<K extends string, V>(entries: ReadonlyMap<K, V>): Map<K, V> {
  const indices = [...entries].filter(([key]) => ARRAY_INDEX.test(key) && Number(key) <= MAX_ARRAY_INDEX);
  return new Map([...indices.toSorted(([a], [b]) => Number(a) - Number(b)), ...entries]);
}
