import { isBytes, isPlainObject, isWild, keysOf, recordInfo, tailOf } from "../../terms/kinds.ts";
import type { Term } from "../../terms/term.ts";
import { matches } from "../../terms/unify.ts";
import { Endpoint } from "../endpoint.ts";
import type { Branch, Node } from "./node.ts";
import { Parts } from "./parts.ts";
import { BYTES, contentOf, listLength, listShape, objectShape, partsOf } from "./step.ts";

const NOTHING: readonly Term[] = [];

/**
 * Finds the endpoints whose topics meet a term, by walking the term and the trie together. Where the term has a value, the step for that
 * value and the wildcard step are followed; where it has a wildcard, every step. What no step asks for is not looked at.
 */
export class Search {
  #term: Term = null;
  /** Has a named wildcard been met? It may occur again: what is found must be shown to the matcher. */
  #inexact = false;
  #found: Endpoint[] = [];
  #count = 0;

  /**
   * @param root of the trie
   * @param term a message or a topic
   * @param found is filled from the start, in no particular order
   * @returns how many were found
   */
  run(root: Node, term: Term, found: Endpoint[]): number {
    this.#term = term;
    this.#inexact = false;
    this.#found = found;
    this.#count = 0;
    this.#takeAll(root.endpoints);
    this.#step(root, term, null, 0);
    this.#term = null;
    return this.#count;
  }

  /**
   * From `node` take the steps that fit `term`, and those that fit what comes after it.
   *
   * @param after the parts that `term` is one of; null where it is the whole
   * @param index of the next of them
   */
  #step(from: Node, first: Term, after: Parts | null, index: number): void {
    let node = from;
    let term = first;
    let parts = after;
    let next = index;
    for (;;) {
      let branch: Branch | null = null;
      let inside: Parts | null = null;
      if (typeof term !== "object" || term === null) {
        if (node.atoms !== null) branch = node.atoms.get(term);
      } else if (Array.isArray(term)) {
        // A list with a tail, or a place where topics have tails, is for the general case.
        if (node.tails !== null || (node.shapes !== null && tailOf(term) !== undefined)) {
          this.#stepsOfList(node, term, parts, next);
        } else if (node.shapes !== null) {
          branch = node.shapes.get(listShape(term.length));
          if (branch !== null) inside = new Parts(term, null, term.length, term.length, parts, next);
        }
      } else {
        const info = recordInfo(term);
        if (info === undefined) {
          this.#stepsOfObject(node, term, parts, next);
        } else if (node.shapes !== null) {
          branch = node.shapes.get(info.kind);
          if (branch !== null) inside = new Parts(term, info.names, info.arity, info.arity, parts, next);
        }
      }

      // The wildcard's step is taken too. Where it is the only one left this loop takes it, so that long terms need no deep stack.
      if (branch === null) {
        branch = node.wild;
        if (branch === null) return;
      } else {
        if (node.wild !== null) this.#follow(node.wild, parts, next);
        if (inside !== null) {
          parts = inside;
          next = 0;
        }
      }
      if (branch instanceof Endpoint) return this.#take(branch);
      this.#takeAll(branch.endpoints);
      while (parts !== null && next === parts.size) {
        next = parts.afterIndex;
        parts = parts.after;
      }
      if (parts === null) return;
      node = branch;
      term = parts.at(next++);
    }
  }

  /** A step has been taken: go on with part `index` of `parts`. */
  #follow(branch: Branch, parts: Parts | null, index: number): void {
    if (branch instanceof Endpoint) return this.#take(branch);
    this.#takeAll(branch.endpoints);
    let within = parts;
    let next = index;
    while (within !== null && next === within.size) {
      next = within.afterIndex;
      within = within.after;
    }
    if (within !== null) this.#step(branch, within.at(next), within, next + 1);
  }

  /** The steps that fit a list, where it or a topic has a tail. */
  #stepsOfList(node: Node, list: readonly Term[], after: Parts | null, index: number): void {
    const tail = tailOf(list);
    const have = tail === undefined ? list.length : list.length - 1;
    if (tail !== undefined && tail.name !== "") this.#inexact = true;
    if (tail === undefined) {
      const branch = node.shapes?.get(listShape(have)) ?? null;
      if (branch !== null) this.#follow(branch, new Parts(list, null, have, have, after, index), 0);
    } else {
      node.shapes?.forEach((branch, shape) => {
        const length = listLength(shape);
        if (length >= have) this.#follow(branch, new Parts(list, null, have, length, after, index), 0);
      });
    }
    node.tails?.forEach((branch, length) => {
      if (length > have && tail === undefined) return;
      this.#follow(branch, new Parts(list, null, Math.min(have, length), length, after, index), 0);
    });
  }

  /** The steps that fit an object that is neither list nor record. */
  #stepsOfObject(node: Node, object: object, after: Parts | null, index: number): void {
    if (isWild(object)) {
      if (object.name !== "") this.#inexact = true;
      return this.#allSteps(node, after, index);
    }
    const itself = node.atoms === null ? null : node.atoms.get(object);
    if (itself !== null) return this.#follow(itself, after, index);
    if (node.shapes === null) return;
    if (isBytes(object)) {
      const branch = node.shapes.get(BYTES);
      if (branch !== null) this.#follow(branch, new Parts([contentOf(object)], null, 1, 1, after, index), 0);
    } else if (isPlainObject(object)) {
      const keys = keysOf(object);
      const branch = node.shapes.get(objectShape(keys.length));
      if (branch === null) return;
      const sorted = keys.toSorted();
      const values = new Parts(object, sorted, sorted.length, sorted.length, after, index);
      this.#follow(branch, new Parts(sorted, null, sorted.length, sorted.length, values, 0), 0);
    }
  }

  /** The term has a wildcard: whatever topics have here fits. */
  #allSteps(node: Node, after: Parts | null, index: number): void {
    node.atoms?.forEach((branch) => this.#follow(branch, after, index));
    node.shapes?.forEach((branch, shape) => {
      this.#follow(branch, new Parts(NOTHING, null, 0, partsOf(shape), after, index), 0);
    });
    node.tails?.forEach((branch, length) => {
      this.#follow(branch, new Parts(NOTHING, null, 0, length, after, index), 0);
    });
  }

  #takeAll(first: Endpoint | null): void {
    for (let endpoint = first; endpoint !== null; endpoint = endpoint.nextAlike) this.#take(endpoint);
  }

  #take(endpoint: Endpoint): void {
    if ((this.#inexact || endpoint.inexact) && !matches(endpoint.role.topic, this.#term)) return;
    this.#found[this.#count++] = endpoint;
  }
}
