import { fieldsOf, isBytes, isPlainObject, isWild, keysOf, recordInfo, sameRecordKind, tailOf } from "./kinds.ts";
import type { Rec, RecordInfo, Term, TermObject } from "./kinds.ts";
import { tooDeep } from "./limits.ts";
import type { Budget } from "./limits.ts";
import { survey } from "./survey.ts";
import { MAX_DEPTH } from "./syntax.ts";

/** A part of a term in the graph that unification works on. Lists are chains of pairs, so that the rest of one is a part too. */
export type Node = Variable | Constant | Compound;

/** A wildcard or a tail. */
export class Variable {
  readonly kind = "variable";
  /** The node that this one has become one with. */
  merged: Node | undefined = undefined;
  /** Empty if it has none. */
  name: string;
  /** Whether it stands for lists only, as tails do. */
  readonly list: boolean;

  constructor(name: string, list: boolean) {
    this.name = name;
    this.list = list;
  }
}

/** A term without wildcards. */
export class Constant {
  readonly kind = "constant";
  merged: Node | undefined = undefined;
  readonly value: Term;
  #taken: Compound | undefined;
  #depth: number | undefined;

  constructor(value: Term) {
    this.value = value;
  }

  /** How deep the term is. */
  get depth(): number {
    return (this.#depth ??= survey(this.value, "pattern") >> 1);
  }

  /** The same with its outermost parts as nodes, or `undefined` if it has no parts. */
  takenApart(): Compound | undefined {
    return (this.#taken ??= takeApart(this.value));
  }
}

/** A pair (the first element of a list and the rest), a record, or a plain object. */
export class Compound {
  readonly kind = "compound";
  merged: Node | undefined = undefined;
  readonly functor: Functor;
  readonly parts: readonly Node[];
  /** How deep the term is, once that is known; "busy" while it is being found out. */
  depth: number | "busy" | undefined = undefined;

  constructor(functor: Functor, parts: readonly Node[]) {
    this.functor = functor;
    this.parts = parts;
  }
}

/** What holds the parts together: of a record its description, of a plain object its sorted keys. */
export type Functor = typeof PAIR | RecordInfo | readonly string[];

/** The functor of pairs. */
export const PAIR = "pair";

/** Whether two compounds can be equal at all. */
export function sameFunctor(a: Functor, b: Functor): boolean {
  if (a === b) return true;
  if (typeof a === "string" || typeof b === "string") return false;
  if (isKeys(a)) return isKeys(b) && a.length === b.length && a.every((key, i) => key === b[i]);
  return !isKeys(b) && sameRecordKind(a, b);
}

/** Whether a functor is that of plain objects. */
export function isKeys(functor: Functor): functor is readonly string[] {
  return Array.isArray(functor);
}

/** The node that stands for all that have become one with this one. */
export function find(node: Node): Node {
  while (node.merged !== undefined) {
    if (node.merged.merged !== undefined) node.merged = node.merged.merged;
    node = node.merged;
  }
  return node;
}

/** Turns a term into nodes. Its named wildcards are its own: another term's of the same names are others. */
export function load(term: Term, budget: Budget): Node {
  return new Loader(budget).load(term, 0);
}

class Loader {
  readonly #variables = new Map<string, Variable>();
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  load(term: Term, depth: number): Node {
    if (typeof term !== "object" || term === null) return new Constant(term);
    this.#budget.spend();
    if (depth > MAX_DEPTH) throw tooDeep("pattern");
    const info = recordInfo(term);
    if (info !== undefined) {
      return info.wild ? new Compound(info, this.#all(fieldsOf(term as Rec), depth)) : new Constant(term);
    }
    if (isWild(term)) return this.#variable(term.name, false);
    if (Array.isArray(term)) return this.#list(term, depth);
    if (!isBytes(term) && isPlainObject(term)) return this.#object(term, depth);
    return new Constant(term);
  }

  #all(terms: readonly Term[], depth: number): Node[] {
    return terms.map((term) => this.load(term, depth + 1));
  }

  #list(list: readonly Term[], depth: number): Node {
    const tail = tailOf(list);
    const items = this.#all(tail === undefined ? list : list.slice(0, -1), depth);
    if (tail === undefined && items.every(isConstant)) return new Constant(list);
    return chain(items, tail === undefined ? new Constant([]) : this.#variable(tail.name, true));
  }

  #object(object: TermObject, depth: number): Node {
    const keys = keysOf(object).toSorted();
    const values = this.#all(
      keys.map((key) => object[key]!),
      depth,
    );
    return values.every(isConstant) ? new Constant(object) : new Compound(keys, values);
  }

  #variable(name: string, list: boolean): Variable {
    if (name === "") return new Variable("", list);
    const key = list ? `...${name}` : name;
    let variable = this.#variables.get(key);
    if (variable === undefined) this.#variables.set(key, (variable = new Variable(name, list)));
    return variable;
  }
}

function isConstant(node: Node): boolean {
  return node.kind === "constant";
}

function chain(items: readonly Node[], rest: Node): Node {
  return items.reduceRight((tail, item) => new Compound(PAIR, [item, tail]), rest);
}

function takeApart(value: Term): Compound | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const info = recordInfo(value);
  if (info !== undefined) return new Compound(info, constants(fieldsOf(value as Rec)));
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : (chain(constants(value), new Constant([])) as Compound);
  }
  if (isBytes(value) || !isPlainObject(value)) return undefined;
  const object: TermObject = value;
  const keys = keysOf(object).toSorted();
  return new Compound(keys, constants(keys.map((key) => object[key]!)));
}

function constants(values: readonly Term[]): Constant[] {
  return values.map((value) => new Constant(value));
}
