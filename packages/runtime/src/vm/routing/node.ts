import type { Endpoint } from "../endpoint.ts";
import { KeyMap } from "../key-map.ts";
import { EXACT, HANGING, type Leaf } from "./leaf.ts";
import { ATOM, SHAPE, TAIL, WILD, type Shape, type StepKind } from "./step.ts";

/** What a step leads to: a node, or, where there is nothing else, the one endpoint itself. */
export type Branch = Node | Endpoint;

/** A place in the trie: what topics have in common that begin with the same steps. */
export class Node {
  readonly leaf: null = null;
  /**
   * The endpoints whose topics take whatever comes from here on, in the order in which they were added; each knows its place. One that
   * goes leaves a gap, and the gaps are closed when half of the places are empty. Not a chain: a search would wait for each link.
   */
  endpoints: (Endpoint | null)[] | null = null;
  #gaps = 0;
  /** Is that also the order of their processes? */
  inOrder = true;
  /** What any of them leaves to be asked, or one that has gone left. */
  doubt: Leaf = EXACT;
  atoms: KeyMap<unknown, Branch> | null = null;
  shapes: KeyMap<Shape, Branch> | null = null;
  tails: KeyMap<number, Branch> | null = null;
  wild: Branch | undefined = undefined;

  /** Where a step leads. */
  branch(kind: StepKind, key: unknown): Branch | undefined {
    if (kind === ATOM) return this.atoms === null ? undefined : this.atoms.get(key);
    if (kind === SHAPE) return this.shapes === null ? undefined : this.shapes.get(key as Shape);
    if (kind === TAIL) return this.tails === null ? undefined : this.tails.get(key as number);
    return this.wild;
  }

  setBranch(kind: StepKind, key: unknown, branch: Branch): void {
    if (branch.leaf !== null) {
      branch.home = this;
      branch.place = HANGING;
    }
    if (kind === ATOM) (this.atoms ??= new KeyMap()).set(key, branch);
    else if (kind === SHAPE) (this.shapes ??= new KeyMap()).set(key as Shape, branch);
    else if (kind === TAIL) (this.tails ??= new KeyMap()).set(key as number, branch);
    else this.wild = branch;
  }

  deleteBranch(kind: StepKind, key: unknown): void {
    if (kind === ATOM) this.atoms = without(this.atoms, key);
    else if (kind === SHAPE) this.shapes = without(this.shapes, key as Shape);
    else if (kind === TAIL) this.tails = without(this.tails, key as number);
    else this.wild = undefined;
  }

  /** Visit every branch, with the step that leads to it. */
  forEachBranch(visit: (branch: Branch, kind: StepKind, key: unknown) => void): void {
    this.atoms?.forEach((branch, key) => visit(branch, ATOM, key));
    this.shapes?.forEach((branch, key) => visit(branch, SHAPE, key));
    this.tails?.forEach((branch, key) => visit(branch, TAIL, key));
    if (this.wild !== undefined) visit(this.wild, WILD, undefined);
  }

  append(endpoint: Endpoint): void {
    endpoint.home = this;
    this.doubt = (this.doubt | endpoint.leaf) as Leaf;
    if (this.endpoints === null) {
      this.endpoints = [endpoint];
      endpoint.place = 0;
      return;
    }
    const last = this.endpoints.at(-1) as Endpoint;
    if (last.process.pid > endpoint.process.pid) this.inOrder = false;
    endpoint.place = this.endpoints.length;
    this.endpoints.push(endpoint);
  }

  /** Take out one of {@link endpoints}. */
  remove(endpoint: Endpoint): void {
    const endpoints = this.endpoints as (Endpoint | null)[];
    endpoints[endpoint.place] = null;
    endpoint.home = null;
    this.#gaps++;
    // The last place is never empty.
    while (endpoints.length > 0 && endpoints.at(-1) === null) {
      endpoints.pop();
      this.#gaps--;
    }
    if (endpoints.length === 0) this.#setEndpoints(null);
    else if (this.#gaps >= endpoints.length / 2) this.#setEndpoints(endpoints.filter((each) => each !== null));
  }

  #setEndpoints(endpoints: Endpoint[] | null): void {
    this.endpoints = endpoints;
    this.#gaps = 0;
    if (endpoints === null) {
      this.inOrder = true;
      this.doubt = EXACT;
      return;
    }
    for (let i = 0; i < endpoints.length; i++) (endpoints[i] as Endpoint).place = i;
  }

  /** What can stand in this node's place: nothing, its only endpoint, or, where it holds more, the node. */
  simplest(): Branch | null {
    const { atoms, shapes, tails, wild, endpoints } = this;
    if (atoms === null && shapes === null && tails === null && wild === undefined) {
      if (endpoints === null) return null;
      return endpoints.length === 1 ? (endpoints[0] as Endpoint) : this;
    }
    if (endpoints !== null || wild !== undefined || !oneOf(atoms, shapes, tails)) return this;
    const only = (atoms ?? shapes ?? tails)?.only;
    return only === undefined || only.leaf === null ? this : only;
  }
}

/** Is just one of them there? */
function oneOf(a: object | null, b: object | null, c: object | null): boolean {
  return (a === null ? 0 : 1) + (b === null ? 0 : 1) + (c === null ? 0 : 1) === 1;
}

function without<Key>(edges: KeyMap<Key, Branch> | null, key: Key): KeyMap<Key, Branch> | null {
  edges?.delete(key);
  return edges === null || edges.size === 0 ? null : edges;
}
