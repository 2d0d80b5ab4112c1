/** What leads on from a node by keys: a single one, as there is in most places, is kept without a map. */
export class Edges<Key, Branch> {
  #key: Key | undefined = undefined;
  #branch: Branch | undefined = undefined;
  #map: Map<Key, Branch> | null = null;

  get size(): number {
    return this.#map === null ? (this.#branch === undefined ? 0 : 1) : this.#map.size;
  }

  get(key: Key): Branch | undefined {
    return this.#map === null ? (this.#key === key ? this.#branch : undefined) : this.#map.get(key);
  }

  set(key: Key, branch: Branch): void {
    if (this.#map !== null) {
      this.#map.set(key, branch);
    } else if (this.#branch === undefined || this.#key === key) {
      this.#key = key;
      this.#branch = branch;
    } else {
      this.#map = new Map([[this.#key as Key, this.#branch]]);
      this.#map.set(key, branch);
      this.#key = undefined;
      this.#branch = undefined;
    }
  }

  delete(key: Key): void {
    if (this.#map !== null) {
      this.#map.delete(key);
    } else if (this.#key === key) {
      this.#key = undefined;
      this.#branch = undefined;
    }
  }

  forEach(visit: (branch: Branch, key: Key) => void): void {
    if (this.#map !== null) this.#map.forEach(visit);
    else if (this.#branch !== undefined) visit(this.#branch, this.#key as Key);
  }
}
