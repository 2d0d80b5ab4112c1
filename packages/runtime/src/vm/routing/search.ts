import { isBytes, isPlainObject, isWild, keysOf, recordInfo, tailOf, type TermObject } from "../../terms/kinds.ts";
import type { Term } from "../../terms/term.ts";
import type { Tail } from "../../terms/wildcard.ts";
import { matches } from "../../terms/unify.ts";
import type { Endpoint } from "../endpoint.ts";
import type { KeyMap } from "../key-map.ts";
import { fitsFlat } from "./flat.ts";
import { EXACT, INEXACT, type Leaf } from "./leaf.ts";
import type { Branch, Node } from "./node.ts";
import { anything, Parts, type Fields, type Whole } from "./parts.ts";
import { ATOM, BYTES, contentOf, listLength, listShape, objectShape, partsOf } from "./step.ts";

/** What a step that has no parts is walked with. */
const NO_PARTS: readonly Term[] = [];

/** The term has a named wildcard. It may occur again, and then what is found need not fit. */
const NAMED = 4;

/**
 * Finds the endpoints whose topics meet a term, by walking the term and the trie together. Where the term has a value, the step for that
 * value and the wildcard step are followed; where it has a wildcard, every step. What no step asks for is not looked at.
 *
 * This is what every message goes through. So there is one loop that keeps in variables where it is, in a list or among the fields of a
 * record; an object is made only to come back to what a nested term is part of. What is rare is kept out of the loop, so that the compiler
 * can put all that is frequent into one piece; a closure in it would cost an object for each message, whether it is used or not.
 */
export class Search {
  /** What the endpoints that were found leave to be asked. */
  #doubt = 0;
  #found: Endpoint[] = [];
  #count = 0;
  /** In how many places something was found. */
  #places = 0;

  /**
   * @param root of the trie
   * @param term a message or a topic
   * @param found is filled from the start
   * @returns how many were found
   */
  run(root: Node, term: Term, found: Endpoint[]): number {
    this.#doubt = EXACT;
    this.#found = found;
    this.#count = 0;
    this.#places = 0;
    if (root.endpoints !== null) this.#takeAll(root, root.endpoints);
    // Most messages are lists, and few topics are wildcards as a whole: straight on, not by way of all that may be.
    if (root.wild === undefined && Array.isArray(term)) this.#stepsOfList(root, term, null);
    else this.#stepsOf(root, term, null);
    return this.#doubt === EXACT ? this.#count : this.#confirm(term);
  }

  /** Did the endpoints that were found last come in order of their processes and of their creation? */
  get inOrder(): boolean {
    return this.#places <= 1;
  }

  /** Take the steps that fit `term`, then those that fit what comes after it. */
  #stepsOf(node: Node, term: Term, outer: Parts | null): void {
    if (typeof term !== "object" || term === null) this.#goOn(node.branch(ATOM, term), outer);
    else if (Array.isArray(term)) this.#stepsOfList(node, term, outer);
    else this.#stepsOfObject(node, term, outer);
    if (node.wild !== undefined) this.#goOn(node.wild, outer);
  }

  #stepsOfList(node: Node, list: readonly Term[], outer: Parts | null): void {
    const tail = tailOf(list);
    if (tail !== undefined) return this.#stepsOfTailed(node, list, tail, outer);
    const size = list.length;
    const branch = node.shapes === null ? undefined : node.shapes.get(listShape(size));
    if (branch !== undefined) this.#walk(branch, list, null, size, 0, outer);
    if (node.tails !== null) this.#stepsOfBeginnings(node.tails, list, outer);
  }

  /** Topics that say only how a list begins. */
  #stepsOfBeginnings(tails: KeyMap<number, Branch>, list: readonly Term[], outer: Parts | null): void {
    tails.forEach((branch, length) => {
      if (length <= list.length) this.#walk(branch, list, null, length, 0, outer);
    });
  }

  #stepsOfTailed(node: Node, list: readonly Term[], tail: Tail, outer: Parts | null): void {
    if (tail.name !== "") this.#doubt |= NAMED;
    const size = list.length - 1;
    node.shapes?.forEach((branch, shape) => {
      const length = listLength(shape);
      if (length >= size) this.#walk(branch, list, null, size, 0, anything(length - size, outer));
    });
    node.tails?.forEach((branch, length) => {
      if (length <= size) this.#walk(branch, list, null, length, 0, outer);
      else this.#walk(branch, list, null, size, 0, anything(length - size, outer));
    });
  }

  #stepsOfObject(node: Node, object: object, outer: Parts | null): void {
    const info = recordInfo(object);
    if (info !== undefined) {
      const branch = node.shapes === null ? undefined : node.shapes.get(info.kind);
      if (branch !== undefined) this.#walk(branch, object as Fields, info.names, info.names.length, 0, outer);
    } else if (isWild(object)) {
      if (object.name !== "") this.#doubt |= NAMED;
      this.#allSteps(node, outer);
    } else if (isBytes(object)) {
      const branch = node.shapes === null ? undefined : node.shapes.get(BYTES);
      if (branch !== undefined) this.#walk(branch, [contentOf(object)], null, 1, 0, outer);
    } else if (isPlainObject(object)) {
      this.#stepsOfPlain(node, object, outer);
    } else {
      this.#goOn(node.branch(ATOM, object), outer);
    }
  }

  #stepsOfPlain(node: Node, object: TermObject, outer: Parts | null): void {
    if (node.shapes === null) return;
    const keys = keysOf(object);
    const size = keys.length;
    const branch = node.shapes.get(objectShape(size));
    if (branch === undefined) return;
    const names = keys.toSorted();
    this.#walk(branch, names, null, size, 0, Parts.of(object, names, size, 0, outer));
  }

  /** The term has a wildcard: whatever topics have here fits. */
  #allSteps(node: Node, outer: Parts | null): void {
    node.atoms?.forEach((branch) => this.#goOn(branch, outer));
    node.shapes?.forEach((branch, shape) => this.#goOn(branch, anything(partsOf(shape), outer)));
    node.tails?.forEach((branch, length) => this.#goOn(branch, anything(length, outer)));
  }

  #goOn(branch: Branch | undefined, outer: Parts | null): void {
    if (branch !== undefined) this.#walk(branch, NO_PARTS, null, 0, 0, outer);
  }

  /** Take what is behind `from`, then the steps that fit the parts of `within` from `start` up to `size`, then what comes after it. */
  #walk(
    from: Branch,
    within: Whole,
    namesWithin: readonly string[] | null,
    sizeWithin: number,
    start: number,
    outerWithin: Parts | null,
  ): void {
    let branch = from;
    let whole = within;
    let names = namesWithin;
    let size = sizeWithin;
    let outer = outerWithin;
    for (let i = start; ; i++) {
      if (branch.leaf !== null) return this.#take(branch, branch.leaf);
      if (branch.endpoints !== null) this.#takeAll(branch, branch.endpoints);
      if (i === size) {
        if (outer === null) return;
        ({ whole, names, size, next: i, outer } = outer);
      }
      const term = (names === null ? (whole as readonly Term[])[i] : (whole as Fields)[names[i] as string]) as Term;
      const { atoms, wild }: Node = branch;
      if (typeof term === "object" && term !== null && hasValueSteps(branch)) {
        return this.#stepsOf(branch, term, Parts.of(whole, names, size, i + 1, outer));
      }
      let next = atoms === null ? undefined : atoms.get(term);
      if (wild !== undefined) {
        if (next !== undefined) this.#walk(wild, whole, names, size, i + 1, outer);
        else next = wild;
      }
      if (next === undefined) return;
      branch = next;
    }
  }

  #take(endpoint: Endpoint, leaf: Leaf): void {
    this.#doubt |= leaf;
    this.#places++;
    this.#found[this.#count++] = endpoint;
  }

  #takeAll(node: Node, endpoints: readonly (Endpoint | null)[]): void {
    const found = this.#found;
    let count = this.#count;
    for (let i = 0; i < endpoints.length; i++) {
      const endpoint = endpoints[i] as Endpoint | null;
      if (endpoint !== null) found[count++] = endpoint;
    }
    this.#count = count;
    this.#places += node.inOrder ? 1 : 2;
    this.#doubt |= node.doubt;
  }

  /** Keep of what was found what fits altogether. */
  #confirm(term: Term): number {
    const found = this.#found;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const endpoint = found[i] as Endpoint;
      if (this.#fits(endpoint, term)) found[kept++] = endpoint;
    }
    return kept;
  }

  #fits({ leaf, role: { topic } }: Endpoint, term: Term): boolean {
    if (this.#doubt >= NAMED || leaf === INEXACT) return matches(topic, term);
    return leaf === EXACT || (fitsFlat(topic, term) ?? matches(topic, term));
  }
}

/** Is there any other step from here than the wildcard's? */
function hasValueSteps(node: Node): boolean {
  return node.shapes !== null || node.atoms !== null || node.tails !== null;
}
