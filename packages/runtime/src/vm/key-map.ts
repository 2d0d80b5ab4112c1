/** So many dead entries are kept whatever is left alive. */
const FEW_DEAD = 8;

/**
 * A map for keys that come and go. A single entry, as there is in most places, needs no `Map`. Where there are more, an entry that is
 * deleted is only emptied, and the `Map` is made anew when half of it is empty: a `Map` itself leaves a mark in the key's chain for each
 * deletion until it is full, so that deleting and setting one key again and again takes the longer the larger the map is.
 */
export class KeyMap<Key, Value> {
  #key: Key | undefined = undefined;
  #value: Value | undefined = undefined;
  #map: Map<Key, Value | undefined> | null = null;
  #dead = 0;

  get size(): number {
    return this.#map === null ? (this.#value === undefined ? 0 : 1) : this.#map.size - this.#dead;
  }

  /** The value, where there is but one. */
  get only(): Value | undefined {
    if (this.#map === null) return this.#value;
    if (this.size !== 1) return undefined;
    for (const value of this.#map.values()) if (value !== undefined) return value;
    return undefined;
  }

  get(key: Key): Value | undefined {
    return this.#map === null ? (isSame(this.#key, key) ? this.#value : undefined) : this.#map.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#map !== null) {
      if (this.#dead > 0 && this.#map.get(key) === undefined && this.#map.has(key)) this.#dead--;
      this.#map.set(key, value);
    } else if (this.#value === undefined || this.#key === key) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#map = new Map<Key, Value | undefined>([
        [this.#key as Key, this.#value],
        [key, value],
      ]);
      this.#key = undefined;
      this.#value = undefined;
    }
  }

  delete(key: Key): void {
    if (this.#map === null) {
      if (this.#key !== key) return;
      this.#key = undefined;
      this.#value = undefined;
    } else if (this.#map.get(key) !== undefined) {
      this.#map.set(key, undefined);
      if (++this.#dead > this.#map.size / 2 + FEW_DEAD) this.#bury(this.#map);
    }
  }

  forEach(visit: (value: Value, key: Key) => void): void {
    if (this.#map === null) {
      if (this.#value !== undefined) visit(this.#value, this.#key as Key);
    } else {
      this.#map.forEach((value, key) => {
        if (value !== undefined) visit(value, key);
      });
    }
  }

  #bury(map: Map<Key, Value | undefined>): void {
    this.#map = null;
    this.#dead = 0;
    map.forEach((value, key) => {
      if (value !== undefined) this.set(key, value);
    });
  }
}

/** `===`, asked in the way that the compiler knows by itself which kind of comparison it is: else it asks at each one. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof b === "string") return typeof a === "string" && a === b;
  if (typeof b === "number") return typeof a === "number" && a === b;
  return a === b;
}
