import type { Term } from "./kinds.ts";
import { survey } from "./survey.ts";

export { equalTerms, equivalent } from "./equal.ts";
export { isList, isPlainObject } from "./kinds.ts";
export type { Atom, Rec, Term, TermObject } from "./kinds.ts";

/**
 * Checks that `value` is a term: atoms other than `undefined`, NaN and the infinities; lists without holes; plain objects without
 * accessors and symbol keys; at most 256 levels deep; spread wildcards only at the end of lists.
 *
 * @param what what to call the value in an error
 * @returns whether there are wildcards in it
 * @throws MarketplaceError `BAD_TERM`, `TERM_TOO_DEEP` (cyclic terms included), `TERM_TOO_LARGE` or `MISPLACED_TAIL`, naming the place in the term
 */
export function checkTerm(value: unknown, what: string): boolean {
  return (survey(value, what) & 1) === 1;
}

/**
 * Whether there are no wildcards in a term.
 *
 * @throws MarketplaceError what `checkTerm` throws if it is none
 */
export function isGround(term: Term): boolean {
  return !checkTerm(term, "isGround: term");
}
