import { badArgument } from "./error.ts";
import { equivalent } from "./equal.ts";
import type { Term } from "./kinds.ts";
import { merge, NEITHER, NOT_MERGED } from "./merge.ts";
import { quickMatch } from "./quick-match.ts";
import { solve } from "./solve.ts";

/**
 * Whether a pattern matches a term. If the term itself has wildcards, whether there is a term that both match; the wildcards of the two sides
 * have nothing to do with each other, whatever their names.
 *
 * @param pattern a term as `checkTerm` accepts, and so is `value`; neither is checked again
 * @throws MarketplaceError `PATTERN_TOO_COMPLEX` if that takes more than a million steps
 */
export function matches(pattern: Term, value: Term): boolean {
  if (pattern === value && pattern !== undefined) return true;
  requireTerms("matches", pattern, value, ["pattern", "value"]);
  return quickMatch(pattern, value) ?? solve(pattern, value) !== undefined;
}

/** Whether two patterns have a term in common that both match: whether their {@link intersection} is one. Throws what `matches` does. */
export function meets(a: Term, b: Term): boolean {
  return matches(a, b);
}

/**
 * The pattern that matches just what both patterns match, or `undefined` if nothing does: their most general unifier. A wildcard that
 * occurs once in it has no name; one that occurs more often has a name of its own, one of the original names where that is possible. If it is
 * one of the patterns, up to renaming, it is that very one.
 *
 * @param a a term as `checkTerm` accepts, and so is `b`; neither is checked again
 * @throws MarketplaceError `PATTERN_TOO_COMPLEX` if that takes more than a million steps
 */
export function intersection(a: Term, b: Term): Term | undefined {
  if (a === b && a !== undefined) return a;
  requireTerms("intersection", a, b, ["a", "b"]);
  const merged = merge(a, b);
  if (merged === NEITHER) return undefined;
  if (merged !== NOT_MERGED) return merged.term;
  const solution = solve(a, b);
  if (solution === undefined) return undefined;
  const result = solution.term();
  return equivalent(result, a) ? a : equivalent(result, b) ? b : result;
}

function requireTerms(what: string, a: unknown, b: unknown, names: readonly [string, string]): void {
  if (a === undefined) throw badArgument(`${what}: ${names[0]}`, "a term", a);
  if (b === undefined) throw badArgument(`${what}: ${names[1]}`, "a term", b);
}
