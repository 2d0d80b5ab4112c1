/** What leads on from a node by keys: a single one, as there is in most places, is kept without a map. */
export class Edges<Key, Branch> {
  #key: Key | undefined = undefined;
  #branch: Branch | null = null;
  #map: Map<Key, Branch> | null = null;

  get size(): number {
    return this.#map === null ? (this.#branch === null ? 0 : 1) : this.#map.size;
  }

  get(key: Key): Branch | null {
    if (this.#map !== null) return this.#map.get(key) ?? null;
    return this.#key === key ? this.#branch : null;
  }

  set(key: Key, branch: Branch): void {
    if (this.#map !== null) {
      this.#map.set(key, branch);
    } else if (this.#branch === null || this.#key === key) {
      this.#key = key;
      this.#branch = branch;
    } else {
      this.#map = new Map([[this.#key as Key, this.#branch]]);
      this.#map.set(key, branch);
      this.#key = undefined;
      this.#branch = null;
    }
  }

  delete(key: Key): void {
    if (this.#map !== null) {
      this.#map.delete(key);
    } else if (this.#key === key) {
      this.#key = undefined;
      this.#branch = null;
    }
  }

  forEach(visit: (branch: Branch, key: Key) => void): void {
    if (this.#map !== null) this.#map.forEach(visit);
    else if (this.#branch !== null) visit(this.#branch, this.#key as Key);
  }
}
