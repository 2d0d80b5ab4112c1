import { find, isKeys, PAIR } from "./graph.ts";
import type { Compound, Node, Variable } from "./graph.ts";
import type { Term, Wildcard } from "./kinds.ts";
import type { Budget } from "./limits.ts";
import { objectOf } from "./merge.ts";
import { ANY, wild } from "./wildcard.ts";

/** How many levels the term has that a node of the unified graph stands for; infinite if it would contain itself. */
export function depthOf(node: Node): number {
  const found = find(node);
  if (found.kind === "variable") return found.list ? 1 : 0;
  if (found.kind === "constant") return found.depth;
  if (found.depth === undefined) {
    if (found.functor === PAIR) measureList(found);
    else {
      found.depth = "busy";
      found.depth = 1 + deepest(found.parts);
    }
  }
  return found.depth === "busy" ? Infinity : (found.depth as number);
}

function deepest(parts: readonly Node[]): number {
  return parts.reduce((depth, part) => Math.max(depth, depthOf(part)), 0);
}

/** Along the list without recursion, as it may be long; then from its end, so that a part that is a rest of this very list is known. */
function measureList(first: Compound): void {
  const cells: Compound[] = [];
  let rest: Node = first;
  while (rest.kind === "compound" && rest.depth === undefined) {
    rest.depth = "busy";
    cells.push(rest);
    rest = find(rest.parts[1]!);
  }
  let depth = depthOf(rest);
  for (const cell of cells.reverse()) {
    depth = Math.max(depth, 1 + depthOf(cell.parts[0]!));
    cell.depth = depth;
  }
}

/**
 * The term that a node of the unified graph stands for; it must have a finite depth. A variable that occurs once becomes `ANY`, the others
 * are given names.
 */
export function readBack(node: Node, budget: Budget): Term {
  const reader = new Reader(budget);
  reader.count(node);
  return reader.term(node);
}

class Reader {
  readonly #budget: Budget;
  readonly #occurrences = new Map<Variable, number>();
  readonly #wildcards = new Map<Variable, Wildcard>();
  readonly #names = new Set<string>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Counts how often each variable occurs in the term. */
  count(node: Node): void {
    let found = find(node);
    for (;;) {
      this.#budget.spend();
      if (found.kind === "constant") return;
      if (found.kind === "variable") {
        this.#occurrences.set(found, (this.#occurrences.get(found) ?? 0) + 1);
        return;
      }
      if (found.functor !== PAIR) {
        for (const part of found.parts) this.count(part);
        return;
      }
      this.count(found.parts[0]!);
      found = find(found.parts[1]!);
    }
  }

  term(node: Node): Term {
    const found = find(node);
    if (found.kind === "constant") return found.value;
    if (found.kind === "variable") return found.list ? [...this.#wildcard(found)] : this.#wildcard(found);
    if (found.functor === PAIR) return this.#list(found);
    const parts = found.parts.map((part) => this.term(part));
    return isKeys(found.functor) ? objectOf(found.functor, parts) : found.functor.make(parts);
  }

  #list(first: Node): Term {
    const items: Term[] = [];
    let rest = first;
    while (rest.kind === "compound") {
      items.push(this.term(rest.parts[0]!));
      rest = find(rest.parts[1]!);
    }
    // Not by spreading into push: a list may be longer than arguments can be.
    for (const item of this.term(rest) as readonly Term[]) items.push(item);
    return items;
  }

  #wildcard(variable: Variable): Wildcard {
    if (this.#occurrences.get(variable) === 1) return ANY;
    let wildcard = this.#wildcards.get(variable);
    if (wildcard === undefined) this.#wildcards.set(variable, (wildcard = wild(this.#freeName(variable))));
    return wildcard;
  }

  /** The variable's own name, or one like it if that is taken. */
  #freeName(variable: Variable): string {
    const kind = variable.list ? "..." : "";
    const own = variable.name || "v";
    let name = own;
    for (let i = 2; this.#names.has(kind + name); i++) name = `${own}${i}`;
    this.#names.add(kind + name);
    return name;
  }
}
