import { equalBytes } from "./equal.ts";
import {
  fieldOf,
  isBytes,
  isPlainObject,
  isTail,
  isWild,
  keysOf,
  recordInfo,
  sameRecordKind,
  tailOf,
} from "./kinds.ts";
import type { Rec, RecordInfo, Term, TermObject } from "./kinds.ts";
import { Budget, tooDeep } from "./limits.ts";
import { MAX_DEPTH } from "./syntax.ts";
import { ANY } from "./wildcard.ts";

/** The two patterns have nothing in common. */
export const NEITHER: unique symbol = Symbol("neither");
/** There are named wildcards, so that this is a matter for `solve`. */
export const NOT_MERGED: unique symbol = Symbol("not merged");
/** The parts are equal, so either is the result. */
const BOTH: unique symbol = Symbol("both");

type Failure = typeof NEITHER | typeof NOT_MERGED;
/** What two parts have in common. */
type Common = { readonly term: Term } | typeof BOTH | Failure;

/**
 * The intersection of two patterns without named wildcards: where one has a wildcard, what the other has. If it is equal to `a` or `b` it
 * is that very one, and so for each part.
 */
export function merge(a: Term, b: Term): { readonly term: Term } | Failure {
  const common = new Merger().visit(a, b, 0);
  return common === BOTH ? { term: a } : common;
}

class Merger {
  readonly #budget = new Budget();

  visit(a: Term, b: Term, depth: number): Common {
    if (a === ANY && b === ANY) return BOTH;
    if (isWild(a)) return a.name !== "" ? NOT_MERGED : isWild(b) && b.name === "" ? BOTH : this.#unlessNamed(b, depth);
    if (isWild(b)) return b.name === "" ? this.#unlessNamed(a, depth) : NOT_MERGED;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b ? BOTH : NEITHER;
    this.#budget.spend();
    if (depth > MAX_DEPTH) throw tooDeep("pattern");
    const info = recordInfo(a);
    if (info !== undefined) {
      const other = recordInfo(b);
      if (other === undefined || !sameRecordKind(info, other)) return NEITHER;
      return a === b && !info.wild ? BOTH : this.#fields(a as Rec, info, b as Rec, other, depth);
    }
    if (Array.isArray(a)) return Array.isArray(b) ? this.#lists(a, b, depth) : NEITHER;
    if (isBytes(a)) return isBytes(b) && equalBytes(a, b) ? BOTH : NEITHER;
    if (isPlainObject(a)) return isPlainObject(b) ? this.#objects(a, b, depth) : NEITHER;
    return a === b ? BOTH : NEITHER;
  }

  /** A part that faces a wildcard is taken as it is, unless it has named wildcards: names from both sides could meet. */
  #unlessNamed(part: Term, depth: number): Common {
    return this.#hasNamed(part, depth) ? NOT_MERGED : { term: part };
  }

  #hasNamed(term: Term, depth: number): boolean {
    if (typeof term !== "object" || term === null) return false;
    this.#budget.spend();
    if (depth > MAX_DEPTH) throw tooDeep("pattern");
    const within = (part: Term): boolean => this.#hasNamed(part, depth + 1);
    const info = recordInfo(term);
    if (info !== undefined) return info.wild && info.names.some((name) => within(fieldOf(term as Rec, name)));
    if (isWild(term) || isTail(term)) return term.name !== "";
    if (Array.isArray(term)) return term.some(within);
    if (isBytes(term) || !isPlainObject(term)) return false;
    const object: TermObject = term;
    return keysOf(object).some((key) => within(object[key]!));
  }

  #fields(a: Rec, aInfo: RecordInfo, b: Rec, bInfo: RecordInfo, depth: number): Common {
    const parts = new Parts();
    for (let i = 0; i < aInfo.arity; i++) {
      const [aField, bField] = [fieldOf(a, aInfo.names[i]!), fieldOf(b, bInfo.names[i]!)];
      if (!parts.add(this.visit(aField, bField, depth + 1), aField, bField)) return NEITHER;
    }
    // Numbers for names are those of a record from outside.
    return parts.common(a, b, aInfo.names[0] === "0" ? bInfo.make : aInfo.make);
  }

  #lists(a: readonly Term[], b: readonly Term[], depth: number): Common {
    const aTail = tailOf(a);
    const bTail = tailOf(b);
    const aCount = aTail === undefined ? a.length : a.length - 1;
    const bCount = bTail === undefined ? b.length : b.length - 1;
    if ((aCount < bCount && aTail === undefined) || (bCount < aCount && bTail === undefined)) return NEITHER;
    const parts = new Parts();
    const both = Math.min(aCount, bCount);
    for (let i = 0; i < both; i++) {
      if (!parts.add(this.visit(a[i]!, b[i]!, depth + 1), a[i], b[i])) return NEITHER;
    }
    if (named(aTail) || named(bTail)) return NOT_MERGED;
    // After the end of the shorter list it goes on as the longer one does.
    for (let i = both; i < aCount; i++) parts.add(this.#unlessNamed(a[i]!, depth + 1), a[i], undefined);
    for (let i = both; i < bCount; i++) parts.add(this.#unlessNamed(b[i]!, depth + 1), undefined, b[i]);
    if (aTail !== undefined && bTail !== undefined) parts.add(BOTH, aTail, bTail);
    else if (aTail !== undefined) parts.likeA = false;
    else if (bTail !== undefined) parts.likeB = false;
    return parts.common(a, b, (items) => items);
  }

  #objects(a: TermObject, b: TermObject, depth: number): Common {
    const keys = keysOf(a);
    if (keys.length !== keysOf(b).length) return NEITHER;
    const parts = new Parts();
    for (const key of keys) {
      if (!Object.hasOwn(b, key) || b[key] === undefined) return NEITHER;
      if (!parts.add(this.visit(a[key]!, b[key], depth + 1), a[key], b[key])) return NEITHER;
    }
    return parts.common(a, b, (values) => objectOf(keys, values));
  }
}

function named(tail: { readonly name: string } | undefined): boolean {
  return tail !== undefined && tail.name !== "";
}

/** The parts that two wholes have in common, and whether they are all parts of one of them. */
class Parts {
  readonly #terms: Term[] = [];
  #notMerged = false;
  likeA = true;
  likeB = true;

  /** Adds what the two wholes have at one place; false if that is nothing. */
  add(common: Common, a: Term | undefined, b: Term | undefined): boolean {
    if (common === NEITHER) return false;
    if (common === NOT_MERGED) this.#notMerged = true;
    else if (common === BOTH) this.#terms.push(a!);
    else {
      this.#terms.push(common.term);
      this.likeA &&= common.term === a;
      this.likeB &&= common.term === b;
    }
    return true;
  }

  common(a: Term, b: Term, make: (parts: readonly Term[]) => Term): Common {
    if (this.#notMerged) return NOT_MERGED;
    if (this.likeA) return this.likeB ? BOTH : { term: a };
    return { term: this.likeB ? b : make(this.#terms) };
  }
}

/** A plain object of these keys and values. */
export function objectOf(keys: readonly string[], values: readonly Term[]): TermObject {
  // Not by assignment: "__proto__" is a key like any other.
  return Object.fromEntries(keys.map((key, i) => [key, values[i]!]));
}
