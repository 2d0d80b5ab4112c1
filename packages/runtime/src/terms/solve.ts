import { equalTerms } from "./equal.ts";
import { find, isKeys, load, PAIR, sameFunctor } from "./graph.ts";
import type { Compound, Constant, Node, Variable } from "./graph.ts";
import type { Term } from "./kinds.ts";
import { Budget } from "./limits.ts";
import { depthOf, readBack } from "./read-back.ts";
import { MAX_DEPTH } from "./syntax.ts";

/** Two patterns that unify. */
export interface Solution {
  /** Their most general unifier. Throws `PATTERN_TOO_COMPLEX` if it is too large. */
  readonly term: () => Term;
}

/**
 * Unification in the general case, in nearly linear time: both terms become graphs, and parts that must be equal become one (also lists,
 * records and objects, so that cyclic pairs end). Only then is it seen whether a part would contain itself, or be deeper than terms are:
 * then no term matches both.
 *
 * @returns `undefined` if no term matches both
 * @throws MarketplaceError `PATTERN_TOO_COMPLEX`
 */
export function solve(a: Term, b: Term): Solution | undefined {
  const budget = new Budget();
  const root = load(a, budget);
  if (!unify(root, load(b, budget), budget) || depthOf(root) > MAX_DEPTH) return undefined;
  return { term: () => readBack(root, budget) };
}

/** Makes two nodes one, and all parts of them that have to be one then; false if that cannot be. */
function unify(a: Node, b: Node, budget: Budget): boolean {
  const work: Node[] = [a, b];
  while (work.length > 0) {
    budget.spend();
    const right = find(work.pop()!);
    const left = find(work.pop()!);
    if (left !== right && !merge(left, right, work)) return false;
  }
  return true;
}

function merge(left: Node, right: Node, work: Node[]): boolean {
  if (left.kind === "variable") return right.kind === "variable" ? mergeVariables(left, right) : bind(left, right);
  if (right.kind === "variable") return bind(right, left);
  if (left.kind === "compound") {
    const [gone, stays] = right.kind === "compound" && !isNumbered(left) ? [right, left] : [left, right];
    return mergeCompound(gone, stays, work);
  }
  if (right.kind === "compound") return mergeCompound(right, left, work);
  right.merged = left;
  return equalTerms(left.value, right.value);
}

function mergeVariables(left: Variable, right: Variable): boolean {
  // What stays is the one that stands for less, else the left one; it takes the other's name if it has none.
  const [gone, stays] = right.list && !left.list ? [left, right] : [right, left];
  if (stays.name === "") stays.name = gone.name;
  gone.merged = stays;
  return true;
}

function bind(variable: Variable, to: Constant | Compound): boolean {
  variable.merged = to;
  if (!variable.list) return true;
  return to.kind === "constant" ? Array.isArray(to.value) : to.functor === PAIR;
}

function mergeCompound(gone: Compound, stays: Constant | Compound, work: Node[]): boolean {
  const other = stays.kind === "constant" ? stays.takenApart() : stays;
  if (other === undefined || !sameFunctor(gone.functor, other.functor)) return false;
  gone.merged = stays;
  // The last first, as the work to do is a stack: so what comes first in the terms gives its names to the result.
  for (let i = gone.parts.length - 1; i >= 0; i--) work.push(gone.parts[i]!, other.parts[i]!);
  return true;
}

/** Whether it is a record whose fields have no names, only numbers: then the other one's names are better. */
function isNumbered(compound: Compound): boolean {
  const { functor } = compound;
  return functor !== PAIR && !isKeys(functor) && functor.names[0] === "0";
}
