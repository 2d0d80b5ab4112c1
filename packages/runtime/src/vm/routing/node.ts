import type { Endpoint } from "../endpoint.ts";
import { KeyMap } from "../key-map.ts";
import { NO_LEAF } from "./leaf.ts";
import { ATOM, SHAPE, TAIL, WILD, type Shape, type StepKind } from "./step.ts";

/** What a step leads to: a node, or, where there is nothing else, the one endpoint itself. */
export type Branch = Node | Endpoint;

/** A place in the trie: what topics have in common that begin with the same steps. */
export class Node {
  readonly leaf: typeof NO_LEAF = NO_LEAF;
  /**
   * The endpoints whose topics take whatever comes from here on, in the order in which they were added. They are linked by themselves:
   * the first one's `previousAlike` is the last.
   */
  endpoints: Endpoint | null = null;
  /** Is that also the order of their processes? */
  inOrder = true;
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
    if (branch.leaf !== NO_LEAF) {
      branch.home = this;
      branch.previousAlike = null;
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
    const first = this.endpoints;
    if (first === null) {
      this.endpoints = endpoint;
      this.inOrder = true;
      endpoint.previousAlike = endpoint;
      return;
    }
    const last = first.previousAlike as Endpoint;
    if (last.process.pid > endpoint.process.pid) this.inOrder = false;
    last.nextAlike = endpoint;
    endpoint.previousAlike = last;
    first.previousAlike = endpoint;
  }

  /** Take out one of {@link endpoints}. */
  remove(endpoint: Endpoint): void {
    const first = this.endpoints as Endpoint;
    const { previousAlike, nextAlike } = endpoint;
    if (endpoint === first) this.endpoints = nextAlike;
    else (previousAlike as Endpoint).nextAlike = nextAlike;
    if (nextAlike !== null) nextAlike.previousAlike = previousAlike;
    else if (endpoint !== first) first.previousAlike = previousAlike;
    endpoint.previousAlike = null;
    endpoint.nextAlike = null;
    endpoint.home = null;
  }

  /** What can stand in this node's place: nothing, its only endpoint, or, where it holds more, the node. */
  simplest(): Branch | null {
    if (this.atoms !== null || this.shapes !== null || this.tails !== null || this.wild !== undefined) return this;
    const only = this.endpoints;
    if (only === null) return null;
    return only.nextAlike === null ? only : this;
  }
}

function without<Key>(edges: KeyMap<Key, Branch> | null, key: Key): KeyMap<Key, Branch> | null {
  edges?.delete(key);
  return edges === null || edges.size === 0 ? null : edges;
}
