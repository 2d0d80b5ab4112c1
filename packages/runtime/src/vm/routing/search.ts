import { isBytes, isPlainObject, isWild, keysOf, recordInfo, tailOf } from "../../terms/kinds.ts";
import type { Term } from "../../terms/term.ts";
import type { Tail } from "../../terms/wildcard.ts";
import { matches } from "../../terms/unify.ts";
import type { Endpoint } from "../endpoint.ts";
import { INEXACT, NO_LEAF } from "./leaf.ts";
import type { Branch, Node } from "./node.ts";
import { anything, Parts, type Fields } from "./parts.ts";
import { ATOM, BYTES, contentOf, listLength, listShape, objectShape, partsOf } from "./step.ts";

/**
 * Finds the endpoints whose topics meet a term, by walking the term and the trie together. Where the term has a value, the step for that
 * value and the wildcard step are followed; where it has a wildcard, every step. What no step asks for is not looked at.
 *
 * This is what every message goes through. So there is a loop of its own for the elements of a list and one for the fields of a record,
 * which keep in variables where they are; an object is made only to come back to what a nested term is part of. What is rare is kept out of
 * the loops, so that the compiler can put all that is frequent into one piece.
 */
export class Search {
  /** Has a named wildcard been met? It may occur again, and then what is found need not fit. */
  #inexact = false;
  /** Is there anything among what was found that must be shown to the matcher? */
  #doubtful = false;
  #found: Endpoint[] = [];
  #count = 0;
  #inOrder = true;

  /**
   * @param root of the trie
   * @param term a message or a topic
   * @param found is filled from the start
   * @returns how many were found
   */
  run(root: Node, term: Term, found: Endpoint[]): number {
    this.#inexact = false;
    this.#doubtful = false;
    this.#found = found;
    this.#count = 0;
    this.#inOrder = true;
    if (root.endpoints !== null) this.#takeAll(root, root.endpoints);
    this.#stepsOf(root, term, null);
    return this.#doubtful ? this.#confirm(term) : this.#count;
  }

  /** Did the endpoints that were found last come in order of their processes and of their creation? */
  get inOrder(): boolean {
    return this.#inOrder;
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
    if (node.shapes !== null) this.#enterList(node.shapes.get(listShape(size)), list, size, outer);
    if (node.tails === null) return;
    node.tails.forEach((branch, length) => {
      if (length <= size) this.#enterList(branch, list, length, outer);
    });
  }

  #stepsOfTailed(node: Node, list: readonly Term[], tail: Tail, outer: Parts | null): void {
    if (tail.name !== "") this.#inexact = true;
    const size = list.length - 1;
    node.shapes?.forEach((branch, shape) => {
      const length = listLength(shape);
      if (length >= size) this.#enterList(branch, list, size, anything(length - size, outer));
    });
    node.tails?.forEach((branch, length) => {
      if (length <= size) this.#enterList(branch, list, length, outer);
      else this.#enterList(branch, list, size, anything(length - size, outer));
    });
  }

  #stepsOfObject(node: Node, object: object, outer: Parts | null): void {
    const info = recordInfo(object);
    if (info !== undefined) {
      if (node.shapes !== null) this.#enterFields(node.shapes.get(info.kind), object as Fields, info.names, outer);
    } else if (isWild(object)) {
      if (object.name !== "") this.#inexact = true;
      this.#allSteps(node, outer);
    } else if (isBytes(object)) {
      if (node.shapes === null) return;
      this.#enterList(node.shapes.get(BYTES), [contentOf(object)], 1, outer);
    } else if (isPlainObject(object)) {
      if (node.shapes === null) return;
      const keys = keysOf(object);
      const branch = node.shapes.get(objectShape(keys.length));
      if (branch === undefined) return;
      const names = keys.toSorted();
      this.#enterList(branch, names, names.length, Parts.ofFields(object, names, 0, outer));
    } else {
      this.#goOn(node.branch(ATOM, object), outer);
    }
  }

  /** The term has a wildcard: whatever topics have here fits. */
  #allSteps(node: Node, outer: Parts | null): void {
    node.atoms?.forEach((branch) => this.#goOn(branch, outer));
    node.shapes?.forEach((branch, shape) => this.#goOn(branch, anything(partsOf(shape), outer)));
    node.tails?.forEach((branch, length) => this.#goOn(branch, anything(length, outer)));
  }

  /** The step for a list is taken, if there is one: now those for the first `size` elements, then those for what comes after it. */
  #enterList(branch: Branch | undefined, list: readonly Term[], size: number, outer: Parts | null): void {
    const node = this.#arrive(branch);
    if (node !== null) this.#stepsOfElements(node, list, size, 0, outer);
  }

  #stepsOfElements(from: Node, list: readonly Term[], size: number, start: number, outer: Parts | null): void {
    let node = from;
    for (let i = start; i < size; i++) {
      const term = list[i] as Term;
      if (typeof term === "object" && term !== null && hasValueSteps(node)) {
        return this.#stepsOf(node, term, Parts.ofList(list, size, i + 1, outer));
      }
      let branch = node.atoms === null ? undefined : node.atoms.get(term);
      if (node.wild !== undefined) {
        if (branch === undefined) {
          branch = node.wild;
        } else {
          const other = this.#arrive(node.wild);
          if (other !== null) this.#stepsOfElements(other, list, size, i + 1, outer);
        }
      }
      const next = this.#arrive(branch);
      if (next === null) return;
      node = next;
    }
    if (outer !== null) this.#resume(node, outer);
  }

  #enterFields(branch: Branch | undefined, fields: Fields, names: readonly string[], outer: Parts | null): void {
    const node = this.#arrive(branch);
    if (node !== null) this.#stepsOfFields(node, fields, names, 0, outer);
  }

  /** As for elements. */
  #stepsOfFields(from: Node, fields: Fields, names: readonly string[], start: number, outer: Parts | null): void {
    let node = from;
    for (let i = start; i < names.length; i++) {
      const term = fields[names[i] as string] as Term;
      if (typeof term === "object" && term !== null && hasValueSteps(node)) {
        return this.#stepsOf(node, term, Parts.ofFields(fields, names, i + 1, outer));
      }
      let branch = node.atoms === null ? undefined : node.atoms.get(term);
      if (node.wild !== undefined) {
        if (branch === undefined) {
          branch = node.wild;
        } else {
          const other = this.#arrive(node.wild);
          if (other !== null) this.#stepsOfFields(other, fields, names, i + 1, outer);
        }
      }
      const next = this.#arrive(branch);
      if (next === null) return;
      node = next;
    }
    if (outer !== null) this.#resume(node, outer);
  }

  #goOn(branch: Branch | undefined, outer: Parts | null): void {
    const node = this.#arrive(branch);
    if (node !== null && outer !== null) this.#resume(node, outer);
  }

  #resume(node: Node, { fields, names, list, size, next, outer }: Parts): void {
    if (fields !== null) this.#stepsOfFields(node, fields, names, next, outer);
    else this.#stepsOfElements(node, list, size, next, outer);
  }

  /** Take what is found behind a step. @returns the node, if there is more */
  #arrive(branch: Branch | undefined): Node | null {
    if (branch === undefined) return null;
    if (branch.leaf !== NO_LEAF) {
      this.#take(branch);
      return null;
    }
    if (branch.endpoints !== null) this.#takeAll(branch, branch.endpoints);
    return branch;
  }

  #take(endpoint: Endpoint): void {
    if (this.#count > 0) this.#inOrder = false;
    if (endpoint.leaf === INEXACT || this.#inexact) this.#doubtful = true;
    this.#found[this.#count++] = endpoint;
  }

  #takeAll(node: Node, first: Endpoint): void {
    const found = this.#found;
    let count = this.#count;
    if (count > 0 || !node.inOrder) this.#inOrder = false;
    let leaves = 0;
    for (let endpoint: Endpoint | null = first; endpoint !== null; endpoint = endpoint.nextAlike) {
      leaves |= endpoint.leaf;
      found[count++] = endpoint;
    }
    this.#count = count;
    if ((leaves & INEXACT) !== 0 || this.#inexact) this.#doubtful = true;
  }

  /** Keep of what was found what the matcher agrees with. */
  #confirm(term: Term): number {
    const found = this.#found;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const endpoint = found[i] as Endpoint;
      const sure = endpoint.leaf !== INEXACT && !this.#inexact;
      if (sure || matches(endpoint.role.topic, term)) found[kept++] = endpoint;
    }
    return kept;
  }
}

/** Is there any other step from here than the wildcard's? */
function hasValueSteps(node: Node): boolean {
  return node.shapes !== null || node.atoms !== null || node.tails !== null;
}
